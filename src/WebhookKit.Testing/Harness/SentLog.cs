namespace WebhookKit.Testing.Harness;

/// <summary>Every request that was sent, in their order.</summary>
internal sealed class SentLog
{
    private readonly Lock _lock = new();
    private readonly List<SentWebhook> _sent = [];

    public IReadOnlyList<SentWebhook> Sent
    {
        get
        {
            lock (_lock)
                return [.. _sent];
        }
    }

    public void Add(SentWebhook sent)
    {
        lock (_lock)
            _sent.Add(sent);
    }
}
