using System.Globalization;

namespace WebhookKit.Retry;

/// <summary>One attempt and no other.</summary>
internal sealed record NoRetry : RetryPolicy
{
    internal override string? Identity() => string.Create(CultureInfo.InvariantCulture, $"none {Jitter:R}");

    protected override TimeSpan LongestStep => TimeSpan.Zero;

    protected override TimeSpan? NextDelay(int attemptsMade) => null;
}
