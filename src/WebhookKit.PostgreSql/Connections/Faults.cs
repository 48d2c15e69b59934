using System.Net.Sockets;
using Npgsql;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>What failures of the server and of the connection mean.</summary>
internal static class Faults
{
    public static bool IsFailure(Exception e) => e is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>Others came in between, and nothing took effect.</summary>
    public static bool IsCollision(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>Somebody kept a lock for longer than it was waited for, and nothing took effect.</summary>
    public static bool IsLocked(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>The connection broke, and a new one may work.</summary>
    public static bool IsBroken(Exception e) => Classify(e) == StoreFault.Unavailable;

    public static StoreFault Classify(Exception e) => e switch
    {
        PostgresException server => OfServer(server.SqlState),
        TimeoutException => StoreFault.TimedOut,
        NpgsqlException { InnerException: PostgresException server } => OfServer(server.SqlState),
        NpgsqlException { InnerException: TimeoutException } busy when busy.Message.Contains("pool", StringComparison.OrdinalIgnoreCase) => StoreFault.Busy,
        NpgsqlException pool when pool.Message.Contains("pool has been exhausted", StringComparison.OrdinalIgnoreCase) => StoreFault.Busy,
        NpgsqlException { InnerException: TimeoutException } => StoreFault.TimedOut,
        _ => StoreFault.Unavailable,
    };

    /// <param name="e">The failure.</param>
    /// <param name="isOpen">Whether the store has worked before. Until it has, every failure is a state of the store.</param>
    public static WebhookStoreException ToStoreException(Exception e, bool isOpen = true)
    {
        var fault = Classify(e);
        var detail = e is PostgresException server ? $"{server.SqlState}: {server.MessageText}" : e.Message;
        return new WebhookStoreException(fault, $"PostgreSQL: {detail}{(detail.EndsWith('.') ? "" : ".")} {Remedy(fault)}", e)
        {
            IsReported = !isOpen || (Availability.IsState(fault) && !IsOfTheCall(e)),
        };
    }

    /// <summary>What the server makes of one call's own data (SQLSTATE classes 22 and 23) says nothing of others.</summary>
    private static bool IsOfTheCall(Exception e) => e is PostgresException { SqlState: ['2', '2' or '3', ..] };

    private static StoreFault OfServer(string state) => state switch
    {
        PostgresErrorCodes.QueryCanceled => StoreFault.TimedOut,
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable => StoreFault.Busy,
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ConfigurationLimitExceeded => StoreFault.Busy,
        PostgresErrorCodes.DiskFull => StoreFault.Full,
        PostgresErrorCodes.ReadOnlySqlTransaction => StoreFault.ReadOnly,
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidSchemaName
            or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => StoreFault.Refused,
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StoreFault.Unreadable,
        _ when state.StartsWith("28", StringComparison.Ordinal) => StoreFault.Refused,
        _ when state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) => StoreFault.Unavailable,
        _ when state.StartsWith("53", StringComparison.Ordinal) => StoreFault.Busy,
        // What the server makes of a statement (syntax, types, constraints): the same next time.
        _ when state[..2] is "0A" or "22" or "23" or "42" => StoreFault.Refused,
        _ => StoreFault.Unavailable,
    };

    private static string Remedy(StoreFault fault) => fault switch
    {
        StoreFault.Refused => "Check the credentials, the permissions and the schema of the connection.",
        StoreFault.Full => "Make room on the server's disk.",
        StoreFault.ReadOnly => "The server is read-only or a standby; connect to the primary (Target Session Attributes=primary).",
        StoreFault.Busy => "Nothing was stored; try again.",
        StoreFault.TimedOut => "The call may have taken effect; it can be repeated as it was.",
        _ => "The store is tried again by itself.",
    };
}
