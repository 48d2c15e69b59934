using System.Transactions;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.PostgreSql.Migrations;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Runs work on connections: makes sure that the schema is there, repeats what collided with others or broke, as far as that is safe, and turns failures into
/// what the contract names.
/// </summary>
internal sealed class Database(DataSources sources, Statements statements, Migrator migrator, SessionSettings settings, ILogger logger)
{
    /// <summary>Collisions are resolved by repeating; so many in a row are none of ours alone.</summary>
    private const int MostCollisions = 10;

    /// <summary>After a restart of the server a pool may have several dead connections; the first that fails clears it.</summary>
    private const int MostBreaks = 3;

    private readonly Availability _availability = new(logger);
    private readonly SemaphoreSlim _opening = new(1);
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
        cancellationToken);

    /// <summary>Work that writes. The token ends waiting for a connection; afterwards the work ends by itself, within the command time-out.</summary>
    public Task<T> WriteAsync<T>(Repeat repeat, Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        GuardedAsync(() => RepeatedAsync(repeat, work, CancellationToken.None, cancellationToken), cancellationToken);

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
        GuardedAsync(() => RepeatedAsync(Repeat.Always, work, cancellationToken, cancellationToken), cancellationToken);

    /// <summary>Work on connections of its own.</summary>
    public Task RunAsync(Func<Task> work, CancellationToken cancellationToken) => GuardedAsync(
        async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        },
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

    private async Task<T> RepeatedAsync<T>(Repeat repeat, Func<Session, Task<T>> work, CancellationToken whileWorking, CancellationToken whileWaiting)
    {
        await EnsureOpenAsync(whileWaiting).ConfigureAwait(false);
        for (var (collisions, breaks) = (0, 0); ;)
        {
            var connection = await ConnectAsync(whileWaiting).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var session = new Session(connection, Statements, Settings, whileWorking);
                try
                {
                    return await work(session).ConfigureAwait(false);
                }
                catch (Exception e) when (Faults.IsCollision(e) && ++collisions < MostCollisions)
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

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        // A transaction scope around the call is the host's: our connections do not enlist in it.
        using var suppressed = Transaction.Current is null ? null : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        return await sources.Main.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
            return;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;
            await migrator.RunAsync(cancellationToken).ConfigureAwait(false);
            _isOpen = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var result = await work().ConfigureAwait(false);
            _availability.Works();
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (WebhookStoreException e)
        {
            _availability.Failed(e);
            throw;
        }
        catch (Exception e) when (Faults.IsFailure(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var failure = Faults.ToStoreException(e);
            _availability.Failed(failure);
            throw failure;
        }
    }
}
