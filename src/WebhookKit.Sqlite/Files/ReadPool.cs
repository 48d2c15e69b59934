using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace WebhookKit.Sqlite.Files;

/// <summary>A few connections that only read, aside from the one that writes. Each use sees the file as it is at that moment and holds it for no longer.</summary>
internal sealed class ReadPool(string file, Func<Database> open, int readers) : IDisposable
{
    private readonly SemaphoreSlim _free = new(readers);
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads in one transaction: everything it sees is of the same moment.</summary>
    public async Task<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(read), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }

    private T Read<T>(Func<Database, T> read)
    {
        Database? database = null;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStore));
            if (!_idle.TryTake(out database))
                database = open();
            database.Statement("BEGIN").Run();
            var result = read(database);
            database.Statement("COMMIT").Run();
            Return(database);
            return result;
        }
        catch (Exception e)
        {
            database?.Dispose();
            if (e is SqliteException or IOException)
                throw SqliteFaults.ToStoreException(e, file);
            throw;
        }
    }

    private void Return(Database database)
    {
        _idle.Add(database);
        if (_disposed)
            Dispose();
    }
}
