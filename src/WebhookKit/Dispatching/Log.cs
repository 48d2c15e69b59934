using Microsoft.Extensions.Logging;
using WebhookKit.Messages;

namespace WebhookKit.Dispatching;

/// <summary>The dispatcher's log lines: ids 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Sending webhooks: up to {MaxConcurrency} requests at once.")]
    public static partial void Started(this ILogger logger, int maxConcurrency);

    [LoggerMessage(1001, LogLevel.Information, "Stopped sending webhooks; {CutShort} requests were cut short and will be sent again.")]
    public static partial void Stopped(this ILogger logger, int cutShort);

    [LoggerMessage(1003, LogLevel.Error, "The webhook store does not lease; trying again with growing pauses.")]
    public static partial void LeaseFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1004, LogLevel.Information, "The webhook store leases again after {Failures} failures.")]
    public static partial void LeaseRecovered(this ILogger logger, int failures);

    [LoggerMessage(1005, LogLevel.Error, "The webhook store did not renew {Lanes} leases.")]
    public static partial void RenewFailed(this ILogger logger, Exception exception, int lanes);

    [LoggerMessage(1006, LogLevel.Warning, "The lease of {Lane} was lost; its requests are cancelled.")]
    public static partial void LaneLost(this ILogger logger, LaneId lane);

    [LoggerMessage(1007, LogLevel.Error, "The webhook store did not settle {Deliveries} deliveries; trying again with growing pauses.")]
    public static partial void SettleFailed(this ILogger logger, Exception exception, int deliveries);

    [LoggerMessage(1008, LogLevel.Information, "The webhook store settles again after {Failures} failures.")]
    public static partial void SettleRecovered(this ILogger logger, int failures);

    [LoggerMessage(1009, LogLevel.Error, "{Deliveries} deliveries could not be settled before the process stopped; they may be sent again with the same id.")]
    public static partial void SettleGivenUp(this ILogger logger, Exception exception, int deliveries);

    [LoggerMessage(1010, LogLevel.Error, "Working {Lane} failed; it is given back and rests for a while.")]
    public static partial void LaneFailed(this ILogger logger, Exception exception, LaneId lane);

    [LoggerMessage(1011, LogLevel.Error, "Releasing {Lane} failed; trying again with growing pauses.")]
    public static partial void ReleaseFailed(this ILogger logger, Exception exception, LaneId lane);

    [LoggerMessage(1017, LogLevel.Error, "The webhook store gave nothing further of {Lane}; it is given back.")]
    public static partial void RefillFailed(this ILogger logger, Exception exception, LaneId lane);

    [LoggerMessage(1012, LogLevel.Debug, "Attempt {Number} of {Message} to {Target}: {Outcome} {StatusCode} in {Milliseconds} ms.")]
    public static partial void Attempted(
        this ILogger logger, int number, string message, TargetId target, AttemptOutcome outcome, int? statusCode, double milliseconds);

    [LoggerMessage(1013, LogLevel.Warning,
        "{Message} to {Target} is dead-lettered after {Attempts} attempts: {Reason}; the last one ended as {Outcome} {StatusCode}.")]
    public static partial void DeadLettered(
        this ILogger logger, string message, TargetId target, int attempts, DeadReason reason, AttemptOutcome? outcome, int? statusCode);

    [LoggerMessage(1029, LogLevel.Error,
        "{Message} ({Delivery}) to {Target} is dead-lettered: the process that sent it died, or lost its lease, three times in a row.")]
    public static partial void SuspectDeadLettered(this ILogger logger, string message, DeliveryId delivery, TargetId target);

    [LoggerMessage(1014, LogLevel.Error, "Delivering {Message} to {Target} failed on this side; the receiver is not charged for it.")]
    public static partial void DeliveryFailed(this ILogger logger, Exception exception, string message, TargetId target);

    [LoggerMessage(1018, LogLevel.Error, "{Target} could not be read; its deliveries go one at a time.")]
    public static partial void SubscriptionUnreadable(this ILogger logger, Exception exception, TargetId target);

    [LoggerMessage(1021, LogLevel.Error, "The host's own code failed on {Message} to {Target} ({Outcome}): {Fault}\n{StackTrace}")]
    public static partial void HostCodeFailed(
        this ILogger logger, string message, TargetId target, AttemptOutcome outcome, Type fault, string? stackTrace);

    [LoggerMessage(1022, LogLevel.Error, "The retry policy failed on {Message} to {Target}; the schedule of Standard Webhooks is used instead.")]
    public static partial void PolicyFailed(this ILogger logger, Exception exception, string message, TargetId target);

    [LoggerMessage(
        1023, LogLevel.Error,
        "The webhook store refuses {Count} settlements as malformed, the first of {Delivery}; they are settled one by one, without what may be at fault.")]
    public static partial void SettlementRefused(this ILogger logger, Exception exception, DeliveryId delivery, int count);

    [LoggerMessage(1025, LogLevel.Error, "A listener to metrics or traces failed; the dispatcher goes on.")]
    public static partial void ListenerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1026, LogLevel.Error, "{Lane} cannot be released; its lease is left to expire.")]
    public static partial void ReleaseGivenUp(this ILogger logger, Exception exception, LaneId lane);

    [LoggerMessage(1024, LogLevel.Critical, "A part of the dispatcher failed and is started again.")]
    public static partial void PartFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1015, LogLevel.Warning, "{Subscription} is disabled: its receiver answered 410 Gone.")]
    public static partial void DisabledAsGone(this ILogger logger, SubscriptionId subscription);

    [LoggerMessage(1027, LogLevel.Warning, "{Subscription} keeps order and is paused: {Message} ({Delivery}) was tried as often as its retries allow.")]
    public static partial void PausedForOrder(this ILogger logger, SubscriptionId subscription, string message, DeliveryId delivery);

    [LoggerMessage(1028, LogLevel.Error,
        "{Subscription} keeps order, and {Message} used up its retries, but it could not be paused; it is tried again in a minute.")]
    public static partial void PauseFailed(this ILogger logger, Exception exception, SubscriptionId subscription, string message);

    [LoggerMessage(1019, LogLevel.Error, "{Subscription} answered 410 Gone but could not be disabled; its next delivery tries again.")]
    public static partial void DisableFailed(this ILogger logger, Exception exception, SubscriptionId subscription);

    [LoggerMessage(1020, LogLevel.Error, "A listener to metrics or traces failed on {Message}; its delivery goes on.")]
    public static partial void ObserverFailed(this ILogger logger, Exception exception, string message);

    [LoggerMessage(1016, LogLevel.Error, "Measuring the webhook queue failed.")]
    public static partial void MeasureFailed(this ILogger logger, Exception exception);
}
