using Microsoft.Extensions.Hosting;
using WebhookKit.Queueing;
using WebhookKit.Telemetry;

namespace WebhookKit.Operations;

/// <summary>
/// The hosted service that has the store forget what is older than it is kept for, batch after batch, now and then. Every node that dispatches does it; two
/// at once do no harm. The first run comes soon after the start, so that a process that is restarted often gets to it too.
/// </summary>
internal sealed class RetentionService(IStoreMaintenance store, RetentionOptions options, bool enabled, TimeProvider time, QuietLogger logger)
    : IHostedLifecycleService, IDisposable
{
    private const int BatchSize = 500;

    /// <summary>By how much of the interval a run comes earlier or later at random, so that nodes started together do not stay together.</summary>
    private const double Spread = 0.1;

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (enabled)
            _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken) =>
        await _stopping.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StoppingAsync(cancellationToken).ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A host that never started whole is disposed without being stopped.
    public void Dispose() => _stopping.Cancel();

    private async Task RunAsync(CancellationToken stop)
    {
        await PauseAsync(options.Interval * Spread * Jitter.Next(), stop).ConfigureAwait(false);
        while (!stop.IsCancellationRequested)
        {
            await TrimAsync(stop).ConfigureAwait(false);
            await PauseAsync(options.Interval * (1 - Spread + (2 * Spread * Jitter.Next())), stop).ConfigureAwait(false);
        }
    }

    /// <summary>One run: batches until there is no more to forget. A store that fails is asked again, until it answers or the host stops.</summary>
    private async Task TrimAsync(CancellationToken stop)
    {
        var request = new TrimRequest { Data = options.Data, Log = options.Log, Limit = BatchSize };
        var backoff = new StoreBackoff(time);
        var (removed, batches, hasMore) = (0L, 0, true);
        while (hasMore && !stop.IsCancellationRequested)
        {
            try
            {
                var result = await store.TrimAsync(request, stop).ConfigureAwait(false);
                if (backoff.Failures > 0)
                    logger.TrimRecovered(backoff.Failures);
                backoff.Reset();
                removed += result.Removed;
                batches++;
                // A batch that removed nothing will not do better if it is repeated at once.
                hasMore = result is { HasMore: true, Removed: > 0 };
                await Task.Yield();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                if (backoff.Failures == 0)
                    logger.TrimFailed(e);
                await backoff.WaitAsync(stop).ConfigureAwait(false);
            }
        }

        if (removed > 0)
            logger.Trimmed(removed, batches);
        else
            logger.NothingToTrim();
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
