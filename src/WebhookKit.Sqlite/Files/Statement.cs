using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebhookKit.Sqlite.Files;

/// <summary>
/// A prepared statement, bound in the order of its parameters, used again and again by one thread at a time. The wrapper of ADO.NET would box every value;
/// here a publish of one message runs ten of these.
/// </summary>
internal sealed class Statement : IDisposable
{
    /// <summary>SQLITE_PREPARE_PERSISTENT: it will be kept.</summary>
    private const uint PersistentFlag = 1;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private int _bound;

    /// <summary>Whether it stands at a row: then it is to be reset before it can be bound.</summary>
    private bool _isReading;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, PersistentFlag, out _handle));
    }

    /// <summary>Begins anew: what was bound and read before is over.</summary>
    public Statement Start()
    {
        if (_isReading)
            Stop();
        _bound = 0;
        return this;
    }

    public Statement Add(long value)
    {
        Check(raw.sqlite3_bind_int64(_handle, ++_bound, value));
        return this;
    }

    public Statement Add(long? value) => value is { } known ? Add(known) : AddNull();

    public Statement Add(bool value) => Add(value ? 1L : 0L);

    public Statement Add(string? value)
    {
        if (value is null)
            return AddNull();
        Check(raw.sqlite3_bind_text(_handle, ++_bound, value));
        return this;
    }

    public Statement Add(ReadOnlySpan<byte> value)
    {
        // A blob of no bytes from a null pointer would be bound as NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, ++_bound, 0) : raw.sqlite3_bind_blob(_handle, ++_bound, value));
        return this;
    }

    public Statement Add(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Add(bytes);
    }

    public Statement Add(Guid? value) => value is { } known ? Add(known) : AddNull();

    /// <summary>Goes to the next row; false after the last one.</summary>
    /// <exception cref="SqliteException">The database refused.</exception>
    public bool Read()
    {
        var result = raw.sqlite3_step(_handle);
        _isReading = result == raw.SQLITE_ROW;
        if (_isReading)
            return true;
        if (result != raw.SQLITE_DONE)
            Fail(result);
        Stop();
        return false;
    }

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        while (Read())
        {
            // Rows, if any, are of no interest.
        }
    }

    /// <summary>The first column of the only row; null if there is none, or if it is NULL.</summary>
    public long? Scalar()
    {
        if (!Read())
            return null;
        var value = GetNullableInt64(0);
        Stop();
        return value;
    }

    /// <summary>Ends reading before the last row.</summary>
    public void Stop()
    {
        _isReading = false;
        // Answers with the fault of the run, which was told.
        _ = raw.sqlite3_reset(_handle);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(_handle, column);

    public int GetInt32(int column) => raw.sqlite3_column_int(_handle, column);

    public long? GetNullableInt64(int column) => IsNull(column) ? null : GetInt64(column);

    public int? GetNullableInt32(int column) => IsNull(column) ? null : GetInt32(column);

    public string GetString(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string();

    public string? GetNullableString(int column) => IsNull(column) ? null : GetString(column);

    /// <summary>Valid until the next row is read.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(_handle, column);

    public Guid GetGuid(int column) => new(GetBytes(column), bigEndian: true);

    public Guid? GetNullableGuid(int column) => IsNull(column) ? null : GetGuid(column);

    public void Dispose() => _handle.Dispose();

    private Statement AddNull()
    {
        Check(raw.sqlite3_bind_null(_handle, ++_bound));
        return this;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }

    private void Fail(int result)
    {
        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
        finally
        {
            Stop();
        }
    }
}
