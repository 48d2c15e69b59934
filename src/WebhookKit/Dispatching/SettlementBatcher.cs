using System.Threading.Channels;
using WebhookKit.Queueing;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>
/// Gathers settlements and gives them to the store in batches: whatever has come together while the last batch was on its way. A batch whose outcome is
/// unknown is repeated until the store answers; settling is idempotent. No caller's token reaches in here: an attempt that was made is always settled.
/// </summary>
internal sealed class SettlementBatcher(IDeliveryQueue queue, TimeProvider time, WebhookMetrics metrics, QuietLogger logger)
    : IDisposable
{
    /// <summary>How long a delivery, or its lane, rests when the store refuses to settle it.</summary>
    public static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(5);

    private const int MaxBatch = 256;
    private const int Lines = 2;

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = false });
    private readonly CancellationTokenSource _giveUp = new();

    /// <summary>Fires when settling is given up.</summary>
    public CancellationToken GivenUp => _giveUp.Token;

    /// <summary>Has one delivery settled.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="keepsPlace">Whether the delivery must stay the first of its lane, should it not end.</param>
    /// <param name="listener">Is told what the store has answered.</param>
    public void Settle(Settlement settlement, bool keepsPlace, ISettlementListener listener)
    {
        var pending = new Pending(settlement, keepsPlace, listener);
        if (!_pending.Writer.TryWrite(pending))
            GiveUp([pending], new InvalidOperationException("The dispatcher has stopped."));
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
        try
        {
            if (await AskAsync(settlements).ConfigureAwait(false) is { } results)
                Tell(batch, results);
            else
                await PartAsync(batch).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            GiveUp(batch, e);
        }
    }

    /// <summary>Asks the store until it answers; null if it refuses the batch as malformed, and throws what it last threw when settling is given up.</summary>
    private async Task<IReadOnlyList<SettleOutcome>?> AskAsync(Settlement[] settlements)
    {
        var backoff = new StoreBackoff(time);
        var isReported = false;
        while (true)
        {
            try
            {
                var results = await queue.SettleAsync(settlements, CancellationToken.None).ConfigureAwait(false);
                if (results.Count != settlements.Length)
                    throw new WebhookException($"The store answered {settlements.Length} settlements with {results.Count} results.");
                if (backoff.Failures > 0 && !isReported)
                    logger.SettleRecovered(backoff.Failures);
                return results;
            }
            catch (ArgumentException e)
            {
                logger.SettlementRefused(e, settlements[0].Delivery, settlements.Length);
                return null;
            }
            catch (Exception e) when (!_giveUp.IsCancellationRequested)
            {
                if (backoff.Failures == 0)
                    logger.SettleFailed(e, settlements.Length);
                isReported = e is WebhookStoreException { IsReported: true };
                await backoff.WaitAsync(_giveUp.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// One settlement that the store refuses must not keep the others, so each goes alone. The one at fault is settled without what may be at fault in it:
    /// first without the attempt's texts, then without the attempt. A success stays a success; any other is deferred at last. What is told is out of the batch.
    /// </summary>
    private async Task PartAsync(List<Pending> batch)
    {
        var firstForm = batch.Count > 1 ? 0 : 1;
        while (batch.Count > 0)
        {
            var (settlement, keepsPlace, listener) = batch[0];
            Settlement[] forms =
            [
                settlement,
                settlement with { Attempt = settlement.Attempt is { } attempt ? attempt with { Detail = null, ResponseBody = null } : null },
                settlement with { Attempt = null },
                settlement with { Attempt = null, Action = SettlementAction.Defer, Delay = RefusedPause, DeadReason = null, HoldsLane = keepsPlace },
            ];
            var last = settlement.Action == SettlementAction.Delivered ? forms.Length - 1 : forms.Length;
            Answer? answer = null;
            for (var i = firstForm; i < last && answer is null; i++)
                answer = await AskAsync([forms[i]]).ConfigureAwait(false) is { } results ? new Answer(forms[i].Action, results[0]) : null;
            batch.RemoveAt(0);
            listener.Answered(answer);
        }
    }

    private void Tell(List<Pending> batch, IReadOnlyList<SettleOutcome> results)
    {
        for (var i = 0; i < batch.Count; i++)
            batch[i].Listener.Answered(new Answer(batch[i].Settlement.Action, results[i]));
        try
        {
            for (var stale = results.Count(r => r is SettleOutcome.Stale or SettleOutcome.Gone); stale > 0; stale--)
                metrics.SettledStale();
        }
        catch (Exception e)
        {
            logger.ListenerFailed(e);
        }
    }

    private void GiveUp(List<Pending> batch, Exception reason)
    {
        logger.SettleGivenUp(reason, batch.Count);
        foreach (var pending in batch)
            pending.Listener.GivenUp();
    }

    /// <summary>What the store said.</summary>
    /// <param name="Action">What it was asked for in the end.</param>
    /// <param name="Result">What became of that.</param>
    public readonly record struct Answer(SettlementAction Action, SettleOutcome Result)
    {
        /// <summary>Whether the delivery has ended now.</summary>
        public bool IsEnd => Result == SettleOutcome.Applied && Action is SettlementAction.Delivered or SettlementAction.Dead or SettlementAction.Cancel;
    }

    private readonly record struct Pending(Settlement Settlement, bool KeepsPlace, ISettlementListener Listener);
}
