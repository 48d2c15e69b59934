using System.Collections.Immutable;
using System.Globalization;

namespace WebhookKit.Retry;

/// <summary>A retry after each delay of a list.</summary>
internal sealed record ScheduledRetry(ImmutableArray<TimeSpan> Delays) : RetryPolicy
{
    internal override string? Identity() => string.Create(CultureInfo.InvariantCulture, $"schedule {Jitter:R} {string.Join(' ', Delays.Select(d => d.Ticks))}");

    protected override TimeSpan LongestStep => Delays.Max();

    protected override TimeSpan? NextDelay(int attemptsMade) => attemptsMade <= Delays.Length ? Delays[attemptsMade - 1] : null;

    // An array compares by reference; a policy is its values.
    public bool Equals(ScheduledRetry? other) => base.Equals(other) && Delays.SequenceEqual(other!.Delays);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Delays.Length, Delays[0]);
}
