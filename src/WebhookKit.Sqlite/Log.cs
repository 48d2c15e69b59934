using Microsoft.Extensions.Logging;

namespace WebhookKit.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Error, "The SQLite store {File} cannot be written ({Fault}). Nothing accepted is lost; it is tried again. {Problem}")]
    public static partial void Failing(this ILogger logger, string file, StoreFault fault, string problem);

    [LoggerMessage(1401, LogLevel.Information, "The SQLite store {File} can be written again.")]
    public static partial void WorksAgain(this ILogger logger, string file);

    [LoggerMessage(1402, LogLevel.Information, "The SQLite store {File} belongs to another process: {Owner}. Waiting for it to end.")]
    public static partial void WaitsForOwner(this ILogger logger, string file, string owner);

    [LoggerMessage(1403, LogLevel.Information, "The schema of the SQLite store {File} was brought from version {From} to {To}.")]
    public static partial void Migrated(this ILogger logger, string file, long from, long to);

    [LoggerMessage(1404, LogLevel.Warning,
        "The SQLite store {File} could not be opened at the start ({Fault}). It is tried again when it is needed. {Problem}")]
    public static partial void NotOpened(this ILogger logger, string file, StoreFault fault, string problem);

    [LoggerMessage(1405, LogLevel.Error,
        "Message number {Message} in the SQLite store {File} cannot be expanded to all its targets: {Problem} It is tried again after the next start.")]
    public static partial void CannotExpand(this ILogger logger, string file, long message, string problem);

    [LoggerMessage(1406, LogLevel.Warning,
        "Message number {Message} in the SQLite store {File} could not be expanded to all its targets yet: {Problem} It is tried again until it can.")]
    public static partial void CannotExpandYet(this ILogger logger, string file, long message, string problem);

    [LoggerMessage(1407, LogLevel.Error, "Writing to the SQLite store {File} failed for a reason that was not foreseen. Nothing accepted is lost; it goes on.")]
    public static partial void Broke(this ILogger logger, Exception error, string file);

    [LoggerMessage(1408, LogLevel.Error,
        "Lane {Lane} in the SQLite store {File} is set back for {Hold}: what is due in it cannot be read. All other lanes go on. {Problem}")]
    public static partial void LaneUnreadable(this ILogger logger, string file, Guid lane, TimeSpan hold, string problem);
}
