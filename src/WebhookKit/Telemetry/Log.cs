using Microsoft.Extensions.Logging;

namespace WebhookKit.Telemetry;

/// <summary>The log lines of observers: ids 1500 to 1599.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Error, "{Observer} failed on an operational event; further failures are not logged until it succeeds.")]
    public static partial void ObserverFailed(this ILogger logger, Exception exception, string observer);

    [LoggerMessage(1501, LogLevel.Warning, "{Observer} has been busy with one operational event for {Patience}; further ones wait.")]
    public static partial void ObserverSlow(this ILogger logger, string observer, TimeSpan patience);

    [LoggerMessage(1502, LogLevel.Information, "{Observer} takes operational events again.")]
    public static partial void ObserverRecovered(this ILogger logger, string observer);

    [LoggerMessage(1503, LogLevel.Error, "{Bound} operational events wait for {Observer}; further ones are dropped.")]
    public static partial void ObserverFull(this ILogger logger, string observer, int bound);

    [LoggerMessage(1504, LogLevel.Warning, "{Observer} has room for operational events again; {Dropped} were dropped.")]
    public static partial void ObserverHasRoom(this ILogger logger, string observer, int dropped);

    [LoggerMessage(1505, LogLevel.Warning, "{Observer} was not told {Events} operational events before the process stopped.")]
    public static partial void ObserverGivenUp(this ILogger logger, string observer, int events);

    [LoggerMessage(1506, LogLevel.Error, "A listener to metrics failed on an operational event.")]
    public static partial void ListenerFailed(this ILogger logger, Exception exception);
}
