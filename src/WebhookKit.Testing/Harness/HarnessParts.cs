namespace WebhookKit.Testing.Harness;

/// <summary>What the parts of one host's harness share.</summary>
internal sealed class HarnessParts(VirtualClock clock)
{
    public VirtualClock Clock => clock;

    public Stillness Stillness { get; } = new();

    public AnswerScript Script { get; } = new();

    public SentLog Sent { get; } = new();

    public PublishLog Published { get; } = new();

    public HandedOut HandedOut { get; } = new();
}
