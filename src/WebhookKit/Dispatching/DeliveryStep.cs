namespace WebhookKit.Dispatching;

/// <summary>What one pass of a delivery through the pipe came to.</summary>
internal readonly record struct DeliveryStep
{
    /// <summary>Nothing was done: the delivery is left as it is, due as before.</summary>
    public static DeliveryStep Left => default;

    /// <summary>How it is to be settled, with the attempt if one was made; null leaves it as it is.</summary>
    public Settlement? Settlement { get; init; }

    /// <summary>How long the whole lane is to sleep; zero is not at all.</summary>
    public TimeSpan Hold { get; init; }

    /// <summary>Nothing further of the lane is to be started under this lease.</summary>
    public bool EndsLease { get; init; }

    /// <summary>Whether its place in the order matters: whatever becomes of it short of its end, it must come first again.</summary>
    public bool KeepsPlace { get; init; }

    /// <summary>The subscription that is to be paused once this is settled: its order does not go on without this delivery. Null is none.</summary>
    public Subscription? Blocks { get; init; }

    /// <summary>Whether the store has taken the delivery's end.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Nothing was done, and nothing is to be for a while.</summary>
    public static DeliveryStep Held(TimeSpan hold) => new() { Hold = hold };

    /// <summary>It is to be settled.</summary>
    public static DeliveryStep Settled(Settlement settlement) => new() { Settlement = settlement };
}
