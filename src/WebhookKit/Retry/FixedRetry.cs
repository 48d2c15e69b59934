using System.Globalization;

namespace WebhookKit.Retry;

/// <summary>A number of retries at one spacing.</summary>
internal sealed record FixedRetry(int Retries, TimeSpan Spacing) : RetryPolicy
{
    internal override string? Identity() => string.Create(CultureInfo.InvariantCulture, $"fixed {Jitter:R} {Retries} {Spacing.Ticks}");

    protected override TimeSpan LongestStep => Spacing;

    protected override TimeSpan? NextDelay(int attemptsMade) => attemptsMade <= Retries ? Spacing : null;
}
