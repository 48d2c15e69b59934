using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebhookKit.Sqlite.Files;

/// <summary>Says what is wrong with a database that refused, in the words of the contract.</summary>
internal static class SqliteFaults
{
    /// <summary>The exception that callers see.</summary>
    public static WebhookStoreException ToStoreException(Exception exception, string file) => exception switch
    {
        WebhookStoreException known => known,
        SqliteException refused => new(Of(refused), $"The SQLite store {file} failed: {Describe(Of(refused))} {refused.Message}", refused),
        UnauthorizedAccessException => new(StoreFault.ReadOnly, $"The SQLite store {file} cannot be opened: access is denied. {exception.Message}", exception),
        DirectoryNotFoundException or FileNotFoundException or PathTooLongException
            or InvalidOperationException or ArgumentException or NotSupportedException =>
            new(StoreFault.Refused, $"The SQLite store {file} cannot be opened: {exception.Message}", exception),
        IOException => new(StoreFault.Unavailable, $"The SQLite store {file} cannot be reached. {exception.Message}", exception),
        _ => new(StoreFault.Unavailable, $"The SQLite store {file} failed: {exception.Message}", exception),
    };

    /// <summary>Whether the connection is of no use any more, so that a new one is to be opened.</summary>
    public static bool EndsConnection(Exception exception) =>
        exception is not SqliteException refused || refused.SqliteErrorCode is raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM
            or raw.SQLITE_CANTOPEN or raw.SQLITE_PROTOCOL or raw.SQLITE_READONLY or raw.SQLITE_INTERNAL or raw.SQLITE_MISUSE or raw.SQLITE_NOLFS
            or raw.SQLITE_PERM or raw.SQLITE_AUTH;

    /// <summary>Whether it is certain that a commit that was refused so did not happen.</summary>
    public static bool CommittedNothing(Exception exception) => exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_BUSY };

    private static StoreFault Of(SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => StoreFault.Full,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StoreFault.Locked,
        raw.SQLITE_READONLY => StoreFault.ReadOnly,
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_ERROR or raw.SQLITE_SCHEMA => StoreFault.Refused,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StoreFault.Unreadable,
        _ => StoreFault.Unavailable,
    };

    private static string Describe(StoreFault fault) => fault switch
    {
        StoreFault.Full => "there is no room left. Free space on its disk.",
        StoreFault.Locked => "another connection holds a lock on it. End what else uses the file.",
        StoreFault.ReadOnly => "it cannot be written. Give this process the right to write the file and its folder.",
        StoreFault.Refused => "it cannot be opened or lacks its schema. Check the path, the rights, and the option Migrate.",
        StoreFault.Unreadable => "it is damaged, or no SQLite database. Restore it from a backup.",
        _ => "it could not be read or written.",
    };
}
