using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.Queueing;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Tells other nodes of new work, and hears of theirs. Told is after the commit, on a connection of its own, once for however many commits there were
/// meanwhile: within the transactions it would have them wait for each other. What is not told, or not heard, is found by polling.
/// </summary>
internal sealed class Notifications(DataSources sources, string schema, bool listens, Action heard, TimeProvider time, ILogger logger) : IAsyncDisposable, IDisposable
{
    private readonly string _channel = "webhookkit." + schema;
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
        if (!listens || _listening is not null)
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

            try
            {
                var command = sources.Main.CreateCommand("SELECT pg_notify($1, '')");
                await using var disposal = command.ConfigureAwait(false);
                command.Parameters.Add(Param.Text(_channel));
                await command.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (Faults.IsFailure(e) || e is OperationCanceledException)
            {
                // Others find it by polling; that the store fails is logged where it counts.
            }
        }
    }

    private async Task ListenAsync()
    {
        var backoff = new StoreBackoff(time);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await sources.Listen.OpenConnectionAsync(_stop.Token).ConfigureAwait(false);
                await using var disposal = connection.ConfigureAwait(false);
                connection.Notification += (_, _) => heard();
                var command = new NpgsqlCommand($"LISTEN \"{_channel}\"", connection);
                await using (command.ConfigureAwait(false))
                    await command.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
                if (backoff.Failures > 0)
                    Log.Listening(logger);
                backoff.Reset();
                // What was told before is found by looking.
                heard();
                await WaitAsync(connection).ConfigureAwait(false);
            }
            catch (Exception e) when (Faults.IsFailure(e) && !_stop.IsCancellationRequested)
            {
                if (backoff.Failures == 0)
                    Log.NotListening(logger, e.Message);
                await backoff.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WaitAsync(NpgsqlConnection connection)
    {
        try
        {
            while (true)
                await connection.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            // A connection that goes back to a pool must not listen on.
            await connection.CloseAsync().ConfigureAwait(false);
        }
    }
}
