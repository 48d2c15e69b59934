using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebhookKit.Sqlite.Files;

/// <summary>An open connection with its prepared statements, for one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    private readonly int _busyTimeout;

    private Database(SqliteConnection connection, int busyTimeout) => (_connection, _busyTimeout) = (connection, busyTimeout);

    /// <summary>Whether something was replaced or removed that the log must not keep: a secret, what belonged to a tenant.</summary>
    public bool HasTraces { get; set; }

    /// <summary>Whether a transaction is open. SQLite ends one by itself where it cannot go on.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>How many rows were ever changed over this connection.</summary>
    public long Changes => raw.sqlite3_total_changes(Handle);

    /// <summary>The statements that were prepared so far.</summary>
    public IEnumerable<string> Texts => _statements.Keys;

    internal sqlite3 Handle => _connection.Handle!;

    /// <summary>Opens the one connection that writes.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="connectionString">What the host gave.</param>
    /// <param name="path">The file, as <see cref="DatabasePath.Resolve"/> has it: the one that is locked is the one that is opened.</param>
    /// <param name="creates">Whether it is made if it is missing: not when a connection is replaced, for an empty file is not the one that was there.</param>
    public static Database OpenWriter(SqliteStoreOptions options, string connectionString, string path, bool creates)
    {
        var database = Open(options, connectionString, path, creates ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);
        try
        {
            if (!string.Equals(database.Text("PRAGMA journal_mode = WAL"), "wal", StringComparison.OrdinalIgnoreCase))
            {
                throw new WebhookStoreException(
                    StoreFault.Refused, "The SQLite database cannot use a write-ahead log (WAL). Keep it on a local disk, in a folder that can be written.");
            }

            database.Execute($"PRAGMA synchronous = {(options.Synchronous == SqliteSynchronous.Full ? "FULL" : "NORMAL")}");
            // 16 MiB of log before it is written back, and 32 MiB of pages in memory: the indices that publishing touches stay there.
            database.Execute("PRAGMA wal_autocheckpoint = 4000");
            database.Execute("PRAGMA cache_size = -32768");
            // A log that grew under load is cut back after a checkpoint, to 64 MiB.
            database.Execute("PRAGMA journal_size_limit = 67108864");
            database.Execute("PRAGMA temp_store = MEMORY");
            // What is removed or replaced is overwritten in the file: a secret that was written before there was a protector must not stay readable.
            _ = database.Text("PRAGMA secure_delete = ON");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public static Database OpenReader(SqliteStoreOptions options, string connectionString, string path)
    {
        var database = Open(options, connectionString, path, SqliteOpenMode.ReadWrite);
        database.Execute("PRAGMA query_only = 1");
        return database;
    }

    /// <summary>The statement of this text, prepared once.</summary>
    public Statement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new Statement(Handle, sql));
        return statement.Start();
    }

    /// <summary>Runs a script, which may have many statements.</summary>
    public void Execute(string script)
    {
        var result = raw.sqlite3_exec(Handle, script);
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, Handle);
    }

    /// <summary>The first column of the first row, as text.</summary>
    public string? Text(string sql)
    {
        using var statement = new Statement(Handle, sql);
        return statement.Read() ? statement.GetNullableString(0) : null;
    }

    /// <summary>Writes the log back without waiting for anybody; false if a reader kept some of it.</summary>
    /// <param name="mode">RESTART: the log begins anew. TRUNCATE: and the file is emptied.</param>
    public bool Checkpoint(string mode)
    {
        _ = raw.sqlite3_busy_timeout(Handle, 0);
        try
        {
            return string.Equals(Text($"PRAGMA wal_checkpoint({mode})"), "0", StringComparison.Ordinal);
        }
        finally
        {
            _ = raw.sqlite3_busy_timeout(Handle, _busyTimeout);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
    }

    private static Database Open(SqliteStoreOptions options, string connectionString, string path, SqliteOpenMode mode)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString)
        {
            DataSource = path, Mode = mode, Pooling = false, Cache = SqliteCacheMode.Default,
        };
        var connection = new SqliteConnection(builder.ToString());
        try
        {
            connection.Open();
            var milliseconds = (int)Math.Min(int.MaxValue, Math.Ceiling(options.BusyTimeout.TotalMilliseconds));
            _ = raw.sqlite3_busy_timeout(connection.Handle, milliseconds);
            // Plans do not depend on what is bound, or SQLite would prepare every statement with LIMIT anew each time it runs.
            _ = raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
            return new Database(connection, milliseconds);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
