using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.PostgreSql.Migrations;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Runs work on connections: makes sure that the schema is there, repeats what collided with others or broke, as far as that is safe, and turns failures into
/// what the contract names.
/// </summary>
internal sealed class Database(DataSources sources, Statements statements, Migrator migrator, SessionSettings settings, ILogger logger) : IDisposable
{
    /// <summary>Collisions are resolved by repeating; so many in a row are none of ours alone.</summary>
    private const int MostCollisions = 10;

    /// <summary>After a restart of the server a pool may have several dead connections; the first that fails clears it.</summary>
    private const int MostBreaks = 3;

    private readonly Availability _availability = new(logger);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _opening;
    private volatile bool _isOpen;

    public Statements Statements { get; } = statements;

    public SessionSettings Settings { get; } = settings;

    /// <summary>Migrates or verifies the schema, once.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => GuardedAsync(
        async () =>
        {
            await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        writes: false,
        cancellationToken);

    /// <summary>Work that writes. The token ends waiting for a connection; afterwards the work ends by itself, within the command time-out.</summary>
    public Task<T> WriteAsync<T>(Repeat repeat, Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        GuardedAsync(() => RepeatedAsync(repeat, work, CancellationToken.None, cancellationToken), writes: true, cancellationToken);

    /// <summary>
    /// Work of many callers at once, which may be repeated; null, and nothing took effect, if it would have to wait for somebody's lock: one of them may have
    /// to wait for that, and not all.
    /// </summary>
    public Task<T?> TryWriteAsync<T>(Func<Session, Task<T>> work) where T : class => GuardedAsync(
        async () =>
        {
            try
            {
                return await RepeatedAsync(Repeat.Always, work, CancellationToken.None, CancellationToken.None, waitsBriefly: true).ConfigureAwait(false);
            }
            catch (PostgresException e) when (Faults.IsLocked(e))
            {
                return null;
            }
        },
        writes: true,
        CancellationToken.None);

    public Task WriteAsync(Repeat repeat, Func<Session, Task> work, CancellationToken cancellationToken) => WriteAsync(
        repeat,
        async session =>
        {
            await work(session).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Work that only reads, and may be ended at any time.</summary>
    public Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        GuardedAsync(() => RepeatedAsync(Repeat.Always, work, cancellationToken, cancellationToken), writes: false, cancellationToken);

    /// <summary>Work on connections of its own.</summary>
    public Task RunAsync(Func<Task> work, CancellationToken cancellationToken) => GuardedAsync(
        async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        },
        writes: false,
        cancellationToken);

    /// <summary>Work in a transaction of the host's: it is repeated by the host or not at all.</summary>
    public async Task<T> JoinAsync<T>(NpgsqlTransaction transaction, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work(Session.In(transaction, Statements, Settings, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (Faults.IsFailure(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Faults.ToStoreException(e);
        }
    }

    /// <summary>What something beside the store, which failed, had to be given when it began; see <see cref="WorksAsync"/>.</summary>
    public long Begin() => _availability.Begin();

    /// <summary>Whether the store works, and did all the time since then. It is asked, so that its own failure is told of before what comes of it.</summary>
    public async Task<bool> WorksAsync(long begun, CancellationToken cancellationToken)
    {
        if (!_availability.HasWorkedSince(begun))
            return false;
        try
        {
            await ReadAsync(session => session.Query().Add("time", session.Now).ListAsync(_ => true), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebhookStoreException or ObjectDisposedException or OperationCanceledException)
        {
            // If it is a state of the store, that is known now.
        }

        return _availability.HasWorkedSince(begun);
    }

    /// <summary>Ends an opening that is under way.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task<T> RepeatedAsync<T>(
        Repeat repeat, Func<Session, Task<T>> work, CancellationToken whileWorking, CancellationToken whileWaiting, bool waitsBriefly = false)
    {
        await EnsureOpenAsync(whileWaiting).ConfigureAwait(false);
        for (var (collisions, breaks) = (0, 0); ;)
        {
            var connection = await DataSources.OpenAsync(sources.Main, whileWaiting).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var session = new Session(connection, Statements, Settings, whileWorking) { WaitsBriefly = waitsBriefly };
                try
                {
                    return await work(session).ConfigureAwait(false);
                }
                catch (Exception e) when (Faults.IsCollision(e) && !(waitsBriefly && Faults.IsLocked(e)) && ++collisions < MostCollisions)
                {
                    // Nothing took effect.
                }
                catch (Exception e) when (
                    Faults.IsFailure(e) && Faults.IsBroken(e) && (repeat == Repeat.Always || !session.MayHaveCommitted)
                    && ++breaks < MostBreaks)
                {
                    // It took no effect, or may as well take it twice.
                }
            }
        }
    }

    /// <summary>One opening for all who ask meanwhile: if it fails, it fails for all of them, and whoever comes later tries again.</summary>
    private async Task EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
            return;
        Task opening;
        lock (_lock)
        {
            if (_opening is null or { IsCompleted: true })
                _opening = Task.Run(OpenNowAsync, CancellationToken.None);
            opening = _opening;
        }

        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task OpenNowAsync()
    {
        if (_isOpen)
            return;
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, typeof(PostgreSqlStore));
        try
        {
            await migrator.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new ObjectDisposedException(nameof(PostgreSqlStore), e);
        }

        _isOpen = true;
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> work, bool writes, CancellationToken cancellationToken)
    {
        var begun = _availability.Begin();
        try
        {
            var result = await work().ConfigureAwait(false);
            _availability.Works(begun, writes);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (WebhookStoreException e)
        {
            _availability.Failed(e, begun, writes);
            throw;
        }
        catch (Exception e) when (Faults.IsFailure(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var failure = Faults.ToStoreException(e, isOpen: _isOpen);
            _availability.Failed(failure, begun, writes && _isOpen);
            throw failure;
        }
    }
}
