namespace WebhookKit.Retry;

/// <summary>One attempt and no other.</summary>
internal sealed record NoRetry : RetryPolicy
{
    protected override TimeSpan LongestStep => TimeSpan.Zero;

    protected override TimeSpan? NextDelay(int attemptsMade) => null;
}
