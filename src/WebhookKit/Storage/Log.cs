using Microsoft.Extensions.Logging;

namespace WebhookKit.Storage;

/// <summary>The log lines of what durable stores share: ids 1600 to 1699.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Error,
        "{Subscription} (version {Version}) cannot be read: it gets no events, and what waits is not sent, until it can be read or is removed. {Problem}")]
    public static partial void GetsNothing(this ILogger logger, SubscriptionId subscription, long version, string problem);

    [LoggerMessage(1601, LogLevel.Error,
        "{Subscription} (version {Version}) cannot be read as a whole: events wait for it, and are not sent, until it can be read or is removed. {Problem}")]
    public static partial void CannotBeSent(this ILogger logger, SubscriptionId subscription, long version, string problem);
}
