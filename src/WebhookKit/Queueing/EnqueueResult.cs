namespace WebhookKit;

/// <summary>What became of one message of an enqueue.</summary>
public readonly record struct EnqueueResult
{
    /// <summary>Whether it was stored now.</summary>
    public required EnqueueOutcome Outcome { get; init; }

    /// <summary>The id that receivers see, of the message that stands: this one, or for a duplicate the first.</summary>
    public required string MessageId { get; init; }

    /// <summary>How many targets the message that stands had when it was accepted.</summary>
    public required int Targets { get; init; }
}
