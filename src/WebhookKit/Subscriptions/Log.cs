using Microsoft.Extensions.Logging;

namespace WebhookKit.Subscriptions;

/// <summary>The log lines of managing subscriptions: ids 1300 to 1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Warning, "{Subscription} was changed, but what waits for it could not be woken; it is looked at within a minute.")]
    public static partial void WakeFailed(this ILogger logger, Exception exception, SubscriptionId subscription);

    [LoggerMessage(1301, LogLevel.Warning, "{Subscription} takes nothing any more, but what waits for it could not all be cancelled; the rest is at its turn.")]
    public static partial void CancelFailed(this ILogger logger, Exception exception, SubscriptionId subscription);
}
