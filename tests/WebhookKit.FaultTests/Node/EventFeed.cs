using System.Globalization;
using System.Threading.Channels;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Node;

/// <summary>
/// Publishes a node's share of the events at an even pace, several at a time, up to a limit that the run moves on. Each event has an idempotency key, so what
/// failed, or was cut off by a kill, is published again without doubling.
/// </summary>
internal sealed class EventFeed(IWebhookPublisher publisher, NodeOrder order, AcceptedLedger ledger, TimeProvider time) : IDisposable
{
    private const int Concurrency = 32;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly Pulse _limitMoved = new();
    private readonly SemaphoreSlim _places = new(Concurrency);
    private readonly Channel<(int Number, PublishResult Result)> _accepted = Channel.CreateUnbounded<(int, PublishResult)>();
    private volatile int _limit;

    /// <summary>Lets events below this number be published.</summary>
    public void MoveLimit(int limit)
    {
        _limit = limit;
        _limitMoved.Beat();
    }

    /// <summary>Publishes until it is stopped.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(PublishAllAsync(cancellationToken), WriteAsync(cancellationToken));

    public void Dispose() => _places.Dispose();

    private async Task PublishAllAsync(CancellationToken cancellationToken)
    {
        var due = time.GetTimestamp();
        var step = (long)(time.TimestampFrequency / order.PerSecond);
        for (var number = order.First; ; number += order.Step)
        {
            await _limitMoved.UntilAsync(() => number < _limit, cancellationToken);
            due = Math.Max(due + step, time.GetTimestamp() - time.TimestampFrequency / 10);
            if (time.GetElapsedTime(time.GetTimestamp(), due) is var early && early > TimeSpan.FromMilliseconds(10))
                await Task.Delay(early, time, cancellationToken);
            await _places.WaitAsync(cancellationToken);
            _ = PublishAsync(number, cancellationToken);
        }
    }

    private async Task PublishAsync(int number, CancellationToken cancellationToken)
    {
        var told = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var result = await publisher.PublishAsync(
                    new FaultEvent(number, "Something happened that others want to know of."),
                    new PublishOptions
                    {
                        EventType = TestSubscription.EventTypeOf(number),
                        IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"{order.Seed}-{number}"),
                    },
                    cancellationToken);
                await _accepted.Writer.WriteAsync((number, result), CancellationToken.None);
                _places.Release();
                return;
            }
            catch (Exception e) when (e is QueueFullException or WebhookStoreException { IsTransient: true })
            {
                // The store is away, or full; it comes back.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!told)
            {
                told = true;
                ParentPipe.Say($"fault Publishing failed with {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            }
            catch (Exception)
            {
                // Told once; the run goes on, so that it can say what became of what was accepted.
            }

            await Task.Delay(BetweenTries, time, CancellationToken.None);
        }
    }

    // One sync for all that has returned in the meantime.
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var next = order.First;
        HashSet<int> ahead = [];
        List<string> lines = [];
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_accepted.Reader.TryRead(out var accepted))
            {
                var eventType = TestSubscription.EventTypeOf(accepted.Number);
                var targets = order.Subscriptions.Where(s => s.Gets(eventType)).Select(s => s.Id).ToArray();
                if (accepted.Result.Targets != targets.Length)
                    ParentPipe.Say($"fault {accepted.Result.MessageId} goes to {accepted.Result.Targets} subscriptions instead of {targets.Length}.");
                lines.AddRange(targets.Select(target => $"{accepted.Result.MessageId} {target}"));
                ahead.Add(accepted.Number);
            }

            await ledger.AppendAsync(lines);
            lines.Clear();
            while (ahead.Remove(next))
                next += order.Step;
            ParentPipe.Say(string.Create(CultureInfo.InvariantCulture, $"next {next}"));
        }
    }
}
