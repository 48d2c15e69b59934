using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>
/// Gathers settlements and gives them to the store in batches: whatever has come together while the last batch was on its way. A batch whose outcome is
/// unknown is repeated until the store answers; settling is idempotent. No caller's token reaches in here: an attempt that was made is always settled.
/// </summary>
internal sealed class SettlementBatcher(IDeliveryQueue queue, TimeProvider time, WebhookMetrics metrics, ILogger<SettlementBatcher> logger)
    : IDisposable
{
    private const int MaxBatch = 256;
    private const int Lines = 2;
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(5);

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = false });
    private readonly CancellationTokenSource _giveUp = new();

    /// <summary>Fires when settling is given up.</summary>
    public CancellationToken GivenUp => _giveUp.Token;

    /// <summary>Settles one delivery; completes when the store has answered, or is cancelled if the process stops before that.</summary>
    public ValueTask<SettleResult> SettleAsync(Settlement settlement)
    {
        var pending = new Pending(settlement, new TaskCompletionSource<SettleResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_pending.Writer.TryWrite(pending))
            pending.Done.SetCanceled(CancellationToken.None);
        return new(pending.Done.Task);
    }

    /// <summary>Works until <see cref="Complete"/> and everything is settled.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Lines).Select(_ => Task.Run(RunLineAsync)));

    /// <summary>No further settlement will come.</summary>
    public void Complete() => _pending.Writer.TryComplete();

    /// <summary>Stops repeating what the store does not take: the process is going down, and the leases will expire by themselves.</summary>
    public void GiveUp() => _giveUp.Cancel();

    public void Dispose() => _giveUp.Dispose();

    private async Task RunLineAsync()
    {
        var batch = new List<Pending>(MaxBatch);
        while (await _pending.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _pending.Reader.TryRead(out var pending))
                batch.Add(pending);
            if (batch.Count > 0)
                await SettleAsync(batch).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync(List<Pending> batch)
    {
        var settlements = new Settlement[batch.Count];
        for (var i = 0; i < settlements.Length; i++)
            settlements[i] = batch[i].Settlement;
        var backoff = new StoreBackoff(time);
        while (true)
        {
            try
            {
                var results = await queue.SettleAsync(settlements, CancellationToken.None).ConfigureAwait(false);
                if (backoff.Failures > 0)
                    logger.SettleRecovered(backoff.Failures);
                Answer(batch, results);
                return;
            }
            catch (ArgumentException e)
            {
                await PartAsync(batch, e).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!_giveUp.IsCancellationRequested)
            {
                if (backoff.Failures == 0)
                    logger.SettleFailed(e, settlements.Length);
                await backoff.WaitAsync(_giveUp.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                logger.SettleGivenUp(e, settlements.Length);
                foreach (var pending in batch)
                    pending.Done.TrySetCanceled();
                return;
            }
        }
    }

    /// <summary>One settlement that the store refuses must not keep the others: each goes alone, and the one at fault is deferred.</summary>
    private async Task PartAsync(List<Pending> batch, ArgumentException refusal)
    {
        if (batch.Count > 1)
        {
            foreach (var pending in batch)
                await SettleAsync([pending]).ConfigureAwait(false);
            return;
        }

        var (settlement, done) = batch[0];
        logger.SettlementRefused(refusal, settlement.Delivery);
        if (settlement.Action == SettlementAction.Defer)
            done.TrySetResult(SettleResult.Stale);
        else
            await SettleAsync(
                [new Pending(settlement with { Action = SettlementAction.Defer, Delay = RefusedPause, DeadReason = null }, done)]).ConfigureAwait(false);
    }

    private void Answer(List<Pending> batch, IReadOnlyList<SettleResult> results)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (results[i] != SettleResult.Applied)
                metrics.SettledStale();
            batch[i].Done.TrySetResult(results[i]);
        }
    }

    private readonly record struct Pending(Settlement Settlement, TaskCompletionSource<SettleResult> Done);
}
