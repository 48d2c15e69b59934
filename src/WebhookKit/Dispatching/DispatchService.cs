using Microsoft.Extensions.Hosting;
using WebhookKit.Queueing;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>The hosted service that sends what waits: it starts the parts of the dispatcher, and stops them in the order in which nothing is lost.</summary>
/// <remarks>
/// Stopping goes in steps: nothing new is leased or started from the moment the host begins to stop; requests in flight get their grace while renewal
/// goes on, then they are cut short; everything is settled and the lanes are released, so that another node, or the next start, goes on at once.
/// </remarks>
internal sealed class DispatchService(
    LaneLoop lanes, LeaseKeeper leases, SettlementBatcher settlements, QueueSampler sampler, OperationalEvents events, DispatcherOptions options,
    TimeProvider time, QuietLogger logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>However little patience the host has left, this much is taken to settle and to release what was cut short.</summary>
    private static readonly TimeSpan LeastReleaseTime = TimeSpan.FromSeconds(2);

    /// <summary>What a patient host adds to that.</summary>
    private static readonly TimeSpan FurtherReleaseTime = TimeSpan.FromSeconds(1);

    /// <summary>For what ends once settling is given up.</summary>
    private static readonly TimeSpan GivenUpTime = TimeSpan.FromSeconds(1);

    /// <summary>For the parts beside the lanes to end, and the observers to be told.</summary>
    private static readonly TimeSpan TellingTime = TimeSpan.FromSeconds(0.75);

    /// <summary>For what says how many events an observer was not told.</summary>
    private static readonly TimeSpan UntoldTime = TimeSpan.FromSeconds(0.25);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cutShort = new();
    private readonly CancellationTokenSource _released = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _untold = new();
    private readonly Lock _lock = new();
    private Task _leasing = Task.CompletedTask;
    private Task _aside = Task.CompletedTask;
    private Task _observers = Task.CompletedTask;
    private Task? _stop;

    /// <summary>The longest that a stop takes after the grace, whatever hangs.</summary>
    public static TimeSpan ReleaseTime => LeastReleaseTime + FurtherReleaseTime + GivenUpTime + TellingTime + UntoldTime;

    /// <summary>What the stop's limits go by: real time, whatever clock the queue goes by, since it is the host's patience that ends.</summary>
    public TimeProvider HostTime { get; set; } = TimeProvider.System;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return Task.CompletedTask;
        _aside = Task.WhenAll(
            Run(settlements.RunAsync, _released.Token),
            Run(() => leases.RunAsync(_released.Token), _released.Token),
            Run(() => sampler.RunAsync(_released.Token), _released.Token));
        _observers = Run(() => events.RunAsync(_untold.Token), _untold.Token);
        _leasing = Run(() => lanes.RunAsync(_stopping.Token, _cutShort.Token), _stopping.Token);
        logger.Started(options.MaxConcurrency);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stopping begins here and goes on beside the other services: they stop one after the other, and share the host's patience.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _ = Stop();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var hurry = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _hurry);
        await Stop().ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // A host that never started whole is disposed without being stopped.
        _stopping.Cancel();
        _cutShort.Cancel();
        settlements.GiveUp();
        settlements.Complete();
        _released.Cancel();
        events.Complete();
        _untold.Cancel();
    }

    private Task Stop()
    {
        lock (_lock)
            return _stop ??= options.Enabled ? Task.Run(StopWorkAsync) : Task.CompletedTask;
    }

    private async Task StopWorkAsync()
    {
        Cancel(_stopping);
        var cutShort = 0;
        if (!await IsDoneAsync(options.ShutdownGrace, _hurry.Token).ConfigureAwait(false))
        {
            cutShort = lanes.InFlight;
            Cancel(_cutShort);
            if (!await IsDoneAsync(LeastReleaseTime, CancellationToken.None).ConfigureAwait(false)
                && !await IsDoneAsync(FurtherReleaseTime, _hurry.Token).ConfigureAwait(false))
            {
                // What hangs in the store then has a lease that expires.
                settlements.GiveUp();
                await IsDoneAsync(GivenUpTime, CancellationToken.None).ConfigureAwait(false);
            }
        }

        settlements.Complete();
        events.Complete();
        Cancel(_released);
        await WaitAsync(Task.WhenAll(_aside, _observers), TellingTime, CancellationToken.None).ConfigureAwait(false);
        Cancel(_untold);
        await WaitAsync(_observers, UntoldTime, CancellationToken.None).ConfigureAwait(false);
        logger.Stopped(cutShort);
    }

    private async Task<bool> IsDoneAsync(TimeSpan limit, CancellationToken hurry)
    {
        await WaitAsync(_leasing, limit, hurry).ConfigureAwait(false);
        return _leasing.IsCompleted;
    }

    private async Task WaitAsync(Task task, TimeSpan limit, CancellationToken hurry) =>
        await task.WaitAsync(limit, HostTime, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Beside the stop: what a host's code registered on the token may throw or hang, and must not keep the rest from being settled.</summary>
    private static void Cancel(CancellationTokenSource source)
    {
        _ = CancelAsync();

        async Task CancelAsync() => await source.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A part that fails, which none should, is started again rather than missed.</summary>
    private Task Run(Func<Task> part, CancellationToken ending) => Task.Run(async () =>
    {
        var backoff = new StoreBackoff(time);
        while (true)
        {
            try
            {
                await part().ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                logger.PartFailed(e);
                if (ending.IsCancellationRequested)
                    return;
                await backoff.WaitAsync(ending).ConfigureAwait(false);
            }
        }
    }, CancellationToken.None);
}
