using Microsoft.Extensions.Logging;

namespace WebhookKit.Operations;

/// <summary>The log lines of operations: ids 1400 to 1499.</summary>
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Information, "Retention removed {Removed} records of the webhook log in {Batches} batches.")]
    public static partial void Trimmed(this ILogger logger, long removed, int batches);

    [LoggerMessage(1401, LogLevel.Debug, "Retention found nothing to remove from the webhook log.")]
    public static partial void NothingToTrim(this ILogger logger);

    [LoggerMessage(1402, LogLevel.Error, "The webhook store does not remove what is too old; trying again with growing pauses.")]
    public static partial void TrimFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1403, LogLevel.Information, "The webhook store removes what is too old again after {Failures} failures.")]
    public static partial void TrimRecovered(this ILogger logger, int failures);

    [LoggerMessage(1404, LogLevel.Information, "A ping of {Subscription} ended {Outcome} (status {StatusCode}) after {Milliseconds} ms.")]
    public static partial void Pinged(this ILogger logger, SubscriptionId subscription, AttemptOutcome outcome, int? statusCode, double milliseconds);

    [LoggerMessage(1405, LogLevel.Error, "The host's own code failed on a ping of {Subscription} ({Outcome}): {Fault}\n{StackTrace}")]
    public static partial void PingFailed(this ILogger logger, SubscriptionId subscription, AttemptOutcome outcome, Type fault, string? stackTrace);
}
