using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebhookKit.Dispatching;

/// <summary>The hosted service that sends what waits: it starts the parts of the dispatcher, and stops them in the order in which nothing is lost.</summary>
/// <remarks>
/// Stopping goes in steps: nothing new is leased or started from the moment the host begins to stop; requests in flight get their grace while renewal
/// goes on, then they are cut short; everything is settled and the lanes are released, so that another node, or the next start, goes on at once.
/// </remarks>
internal sealed class DispatchService(
    LaneLoop lanes, LeaseKeeper leases, SettlementBatcher settlements, QueueSampler sampler, DispatcherOptions options, TimeProvider time, ILogger<DispatchService> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>What is left, after the grace, to settle and to release.</summary>
    public static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cutShort = new();
    private readonly CancellationTokenSource _released = new();
    private Task _leasing = Task.CompletedTask;
    private Task _aside = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return Task.CompletedTask;
        _aside = Task.WhenAll(
            Task.Run(settlements.RunAsync, CancellationToken.None),
            Task.Run(() => leases.RunAsync(_released.Token), CancellationToken.None),
            Task.Run(() => sampler.RunAsync(_released.Token), CancellationToken.None));
        _leasing = Task.Run(() => lanes.RunAsync(_stopping.Token, _cutShort.Token), CancellationToken.None);
        logger.Started(options.MaxConcurrency);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        var cutShort = 0;
        if (!await IsDoneAsync(_leasing, options.ShutdownGrace, cancellationToken).ConfigureAwait(false))
        {
            cutShort = lanes.InFlight;
            await _cutShort.CancelAsync().ConfigureAwait(false);
            if (!await IsDoneAsync(_leasing, ReleaseTime, cancellationToken).ConfigureAwait(false))
                settlements.GiveUp();
        }

        // As long as the host waits, and no longer: what hangs in a store then has a lease that expires.
        await _leasing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        settlements.Complete();
        await _released.CancelAsync().ConfigureAwait(false);
        await _aside.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        logger.Stopped(cutShort);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        _cutShort.Dispose();
        _released.Dispose();
    }

    private async Task<bool> IsDoneAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        await task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
