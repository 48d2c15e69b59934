using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.Queueing;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Tells other nodes of new work, and hears of theirs. Told is after the commit, on a connection of its own, once for however many commits there were
/// meanwhile: within the transactions it would have them wait for each other. The first is told at once, what follows at the end of an interval: each time
/// wakes every node that listens. What is not told, as when this process ends before that, or not heard, is found by polling.
/// </summary>
internal sealed class Notifications(
    DataSources sources, Database database, PostgreSqlStoreOptions options, Action heard, TimeProvider time, ILogger logger) : IAsyncDisposable, IDisposable
{
    /// <summary>From one telling to the next.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private readonly string _channel = "webhookkit." + options.Schema;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _telling = Task.CompletedTask;
    private Task? _listening;
    private bool _isTelling;
    private bool _isAsked;

    /// <summary>Has others told soon; returns at once.</summary>
    public void Tell()
    {
        lock (_lock)
        {
            _isAsked = true;
            if (_isTelling || _stop.IsCancellationRequested)
                return;
            _isTelling = true;
            _telling = Task.Run(TellAsync);
        }
    }

    /// <summary>Begins to listen, if that was not done yet.</summary>
    public void Listen()
    {
        if (!options.Listen || _listening is not null)
            return;
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested)
                _listening ??= Task.Run(ListenAsync);
        }
    }

    /// <summary>Has both end, without waiting for them.</summary>
    public void Dispose()
    {
        lock (_lock)
            _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _telling.ConfigureAwait(false);
        if (_listening is not null)
            await _listening.ConfigureAwait(false);
    }

    private async Task TellAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                if (!_isAsked || _stop.IsCancellationRequested)
                {
                    _isTelling = false;
                    return;
                }

                _isAsked = false;
            }

            var begun = time.GetTimestamp();
            try
            {
                var connection = await DataSources.OpenAsync(sources.Main, _stop.Token).ConfigureAwait(false);
                await using var closing = connection.ConfigureAwait(false);
                var command = new NpgsqlCommand("SELECT pg_notify($1, '')", connection);
                await using var disposal = command.ConfigureAwait(false);
                command.Parameters.Add(Param.Text(_channel));
                await command.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Whatever it was: others find it by polling, and that the store fails is logged where it counts.
            }

            var rest = Interval - time.GetElapsedTime(begun);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync()
    {
        var backoff = new StoreBackoff(time);
        var isTold = false;
        while (!_stop.IsCancellationRequested)
        {
            var begun = database.Begin();
            try
            {
                var connection = await DataSources.OpenAsync(sources.Listen, _stop.Token).ConfigureAwait(false);
                await using var disposal = connection.ConfigureAwait(false);
                connection.Notification += (_, _) => heard();
                await RunAsync(connection, $"LISTEN \"{_channel}\"").ConfigureAwait(false);
                if (isTold)
                    Log.Listening(logger);
                isTold = false;
                backoff.Reset();
                // What was told before is found by looking.
                heard();
                await WaitAsync(connection).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                if (_stop.IsCancellationRequested)
                    return;
                // It may have listened for long.
                if (backoff.Failures == 0)
                    begun = database.Begin();
                // A store that does not work is told of where it fails, and that it cannot be listened to is no other change.
                isTold = isTold || await NotListeningAsync(e, begun).ConfigureAwait(false);
                await backoff.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tells that listening fails if it alone does, and whether that was told.</summary>
    private async Task<bool> NotListeningAsync(Exception failure, long begun)
    {
        var isAlone = await database.WorksAsync(begun, _stop.Token).ConfigureAwait(false);
        if (isAlone && !_stop.IsCancellationRequested)
            Log.NotListening(logger, failure.Message);
        return isAlone;
    }

    private async Task WaitAsync(NpgsqlConnection connection)
    {
        try
        {
            while (true)
            {
                // A server that went without a word is as silent as one that has nothing to tell: it is asked.
                if (!await connection.WaitAsync(options.CommandTimeout, _stop.Token).ConfigureAwait(false))
                    await RunAsync(connection, "SELECT 1").ConfigureAwait(false);
            }
        }
        finally
        {
            // A connection that goes back to a pool must not listen on.
            await connection.CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task RunAsync(NpgsqlConnection connection, string text)
    {
        var command = new NpgsqlCommand(text, connection) { CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds) };
        await using var disposal = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
    }
}
