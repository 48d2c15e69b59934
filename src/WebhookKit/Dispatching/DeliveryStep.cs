namespace WebhookKit.Dispatching;

/// <summary>What one pass of a delivery through the pipe came to.</summary>
/// <param name="Settlement">How it is to be settled; null leaves it as it is, due as before.</param>
/// <param name="Outcome">How the attempt ended, if one was made.</param>
/// <param name="Hold">How long the whole lane is to sleep; zero is not at all.</param>
internal readonly record struct DeliveryStep(Settlement? Settlement, AttemptOutcome? Outcome, TimeSpan Hold)
{
    /// <summary>Nothing was done: the delivery is left as it is.</summary>
    public static DeliveryStep Left => default;

    /// <summary>Nothing was done, and nothing is to be for a while.</summary>
    public static DeliveryStep Held(TimeSpan hold) => new(null, null, hold);
}
