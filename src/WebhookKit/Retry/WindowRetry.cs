using System.Globalization;

namespace WebhookKit.Retry;

/// <summary>A number of retries within a time from the first attempt.</summary>
internal sealed record WindowRetry(int Retries, TimeSpan Window) : RetryPolicy
{
    internal override string? Identity() => string.Create(CultureInfo.InvariantCulture, $"window {Jitter:R} {Retries} {Window.Ticks}");

    protected override TimeSpan LongestStep => Spacing;

    // One share of the window for each retry at its full jitter, and one for the time that the attempts take.
    private TimeSpan Spacing => Window / ((Retries + 1) * (1 + Jitter));

    protected override TimeSpan? NextDelay(int attemptsMade) => attemptsMade <= Retries ? Spacing : null;
}
