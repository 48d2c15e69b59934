using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>Measures the queue every ten seconds for the gauges, as long as somebody watches them.</summary>
internal sealed class QueueSampler(IDeliveryLog log, WebhookMetrics metrics, TimeProvider time, QuietLogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (metrics.WatchesQueue)
                await MeasureAsync(stop).ConfigureAwait(false);
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MeasureAsync(CancellationToken stop)
    {
        try
        {
            metrics.Depth = await log.MeasureAsync(stop).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.MeasureFailed(e);
        }
        catch (OperationCanceledException)
        {
            // The host stops; there is nothing left to measure for.
        }
    }
}
