using System.Globalization;

namespace WebhookKit.Retry;

/// <summary>Delays that grow by a factor up to a limit; without an end if there is no number of attempts.</summary>
internal sealed record ExponentialRetry(TimeSpan First, double Factor, TimeSpan MaxDelay, int? MaxAttempts) : RetryPolicy
{
    internal override string? Identity() =>
        string.Create(CultureInfo.InvariantCulture, $"exponential {Jitter:R} {First.Ticks} {Factor:R} {MaxDelay.Ticks} {MaxAttempts}");

    protected override TimeSpan LongestStep => MaxDelay;

    protected override TimeSpan? NextDelay(int attemptsMade)
    {
        if (attemptsMade >= MaxAttempts)
            return null;
        // A double runs to infinity where a TimeSpan would overflow.
        var ticks = First.Ticks * Math.Pow(Factor, attemptsMade - 1);
        return ticks < MaxDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : MaxDelay;
    }
}
