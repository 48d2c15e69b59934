namespace WebhookKit.Dispatching;

/// <summary>What one pass of a delivery through the pipe came to.</summary>
/// <param name="Settlement">How it is to be settled, with the attempt if one was made; null leaves it as it is, due as before.</param>
/// <param name="Hold">How long the whole lane is to sleep; zero is not at all.</param>
internal readonly record struct DeliveryStep(Settlement? Settlement, TimeSpan Hold)
{
    /// <summary>Nothing was done: the delivery is left as it is.</summary>
    public static DeliveryStep Left => default;

    /// <summary>Nothing was done, and nothing is to be for a while.</summary>
    public static DeliveryStep Held(TimeSpan hold) => new(null, hold);

    /// <summary>It is to be settled.</summary>
    public static DeliveryStep Settled(Settlement settlement) => new(settlement, TimeSpan.Zero);
}
