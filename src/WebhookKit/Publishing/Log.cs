using Microsoft.Extensions.Logging;

namespace WebhookKit.Publishing;

/// <summary>The publisher's log lines: ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Error, "A listener to metrics failed on events that were accepted; they will be delivered.")]
    public static partial void ObserverFailed(this ILogger logger, Exception exception);
}
