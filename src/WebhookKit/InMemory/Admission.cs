using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Decides on calls of enqueue, one after the other, and lets in what is new. Called under the store's lock.</summary>
internal sealed class Admission
{
    private readonly StoreContents _contents;
    private readonly Func<Guid, KnownMessage?> _findMessage;
    private readonly Func<string?, string, KnownKey?> _findKey;
    private IReadOnlyList<EnqueueRequest> _accepted = [];
    private long _now;

    public Admission(StoreContents contents)
    {
        _contents = contents;
        _findMessage = id => contents.Messages.TryGet(id, out var known) ? new KnownMessage(known.Message.PublicId, known.Targets) : null;
        _findKey = (tenant, key) => contents.Keys.Find(tenant, key, _now)?.ToKnown();
    }

    /// <summary>Why the call is refused as a whole; null if it is not.</summary>
    public WebhookException? Refusal { get; private set; }

    /// <summary>Decides on all messages of a call; nothing has come in yet.</summary>
    public EnqueueResult[] Decide(IReadOnlyList<EnqueueRequest> requests, long now)
    {
        _now = now;
        var plan = new EnqueuePlan(_findMessage, _findKey);
        var results = plan.Decide(requests);
        _accepted = plan.Accepted;
        Refusal = plan.Conflict ?? (WebhookException?)_contents.Keys.Refusal(plan.NewKeys, now) ?? Full();
        if (Refusal is not null)
            _accepted = [];
        return results;
    }

    /// <summary>Lets in what is new of that call. Its deliveries are still to be.</summary>
    public Expansion Admit(long now)
    {
        var messages = new StoredMessage[_accepted.Count];
        for (var i = 0; i < messages.Length; i++)
            messages[i] = _contents.Accept(_accepted[i], now);
        _accepted = [];
        return new Expansion(messages);
    }

    private QueueFullException? Full()
    {
        var (messages, deliveries, bytes) = (0L, 0L, 0L);
        for (var i = 0; i < _accepted.Count; i++)
        {
            var request = _accepted[i];
            if (request.Targets.Count == 0)
                continue;
            messages++;
            deliveries += request.Targets.Count;
            bytes += request.Message.Data.Length;
        }

        return _contents.Waiting.Refusal(messages, deliveries, bytes);
    }
}
