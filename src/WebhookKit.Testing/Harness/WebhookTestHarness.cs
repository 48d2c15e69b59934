using System.Diagnostics;
using WebhookKit.Testing.Harness;

namespace WebhookKit.Testing;

/// <summary>
/// Sees what an application publishes and sends, answers in place of its receivers, and moves the time it lives in. Added by
/// <c>services.AddWebhooksTestHarness()</c>, then got from the services.
/// </summary>
/// <remarks>
/// <para>
/// Requests are made only within <see cref="DrainAsync"/> and <see cref="AdvanceAsync"/>, one after the other and without jitter, so that the same test
/// sees the same requests at the same times in the same order. Whatever a test sets up or publishes before has no race with them.
/// </para>
/// <para>
/// The two move time only while nothing goes on: no publish, no call of the store, no request, no lane that is being worked. They go from timer to timer, the
/// host's own timers among them; what such a timer starts on another thread is waited for from the moment it publishes or calls the store. Otherwise time moves
/// only when the test moves <see cref="Clock"/>. Call one of them at a time.
/// </para>
/// </remarks>
public sealed class WebhookTestHarness
{
    /// <summary>What hangs for as long as this does not wait for the virtual clock.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan DefaultLimit = TimeSpan.FromDays(40);

    private readonly HarnessParts _parts;
    private readonly HarnessStore _store;
    private readonly WaitingDeliveries _waiting;

    internal WebhookTestHarness(HarnessParts parts, HarnessStore store, WaitingDeliveries waiting, bool isDispatching)
    {
        _parts = parts;
        _store = store;
        _waiting = waiting;
        if (!isDispatching)
            throw new WebhookException("Webhooks:Dispatcher:Enabled is false, so nothing would be sent. Enable it in the test's host.");
    }

    /// <summary>The time that the host lives in: its <see cref="TimeProvider"/>.</summary>
    public VirtualClock Clock => _parts.Clock;

    /// <summary>Every request that was sent so far, in their order.</summary>
    public IReadOnlyList<SentWebhook> Sent => _parts.Sent.Sent;

    /// <summary>The events that were published so far as data of this type, or of one derived from it, and were accepted; in their order.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    public IReadOnlyList<PublishedEvent<T>> Published<T>() where T : notnull => _parts.Published.Of<T>();

    /// <summary>The events that were published so far as JSON under this event type, and were accepted; in their order.</summary>
    public IReadOnlyList<PublishedEvent<ReadOnlyMemory<byte>>> PublishedJson(string eventType) => _parts.Published.OfJson(eventType);

    /// <summary>
    /// Answers requests to every URL that has no answers of its own with these in turn, the last one for ever; each URL has its own turn. Without this they
    /// are answered 200.
    /// </summary>
    /// <exception cref="ArgumentException">There is no answer.</exception>
    public void Respond(params SimulatedAnswer[] answers)
    {
        var copy = Copy(answers);
        _parts.Script.SetDefault(() => AnswerScript.InTurn(copy));
    }

    /// <summary>Answers requests to one URL with these in turn, the last one for ever.</summary>
    /// <param name="url">The URL exactly as the subscription has it.</param>
    /// <param name="answers">Statuses and other answers: <c>503, SimulatedAnswer.TimeOut, 200</c>.</param>
    /// <exception cref="ArgumentException">There is no answer.</exception>
    /// <exception cref="UriFormatException">The URL is not absolute.</exception>
    public void RespondTo(string url, params SimulatedAnswer[] answers) => _parts.Script.Set(url, AnswerScript.InTurn(Copy(answers)));

    /// <summary>Answers requests to every URL that has no answers of its own by looking at them.</summary>
    public void RespondWith(Func<SentWebhook, SimulatedAnswer> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _parts.Script.SetDefault(() => answer);
    }

    /// <summary>Answers requests to one URL by looking at them.</summary>
    /// <param name="url">The URL exactly as the subscription has it.</param>
    /// <param name="answer">Called for each request; what it throws ends <see cref="DrainAsync"/>.</param>
    /// <exception cref="UriFormatException">The URL is not absolute.</exception>
    public void RespondWith(string url, Func<SentWebhook, SimulatedAnswer> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _parts.Script.Set(url, answer);
    }

    /// <summary>
    /// Runs until no delivery waits any more: each was delivered, dead-lettered or cancelled. Days of retries take as long as the work in them.
    /// </summary>
    /// <param name="limit">How much virtual time may pass at the most; null is 40 days, more than a delivery may wait by default.</param>
    /// <param name="cancellationToken">Ends the run. What was sent stays sent.</param>
    /// <exception cref="WebhooksNotDrainedException">The time is up, or nothing is left that time could bring about, and deliveries still wait.</exception>
    /// <exception cref="WebhookException">
    /// The host is not started or has stopped, its store or an answer of the test's failed, or something goes on without end.
    /// </exception>
    public Task DrainAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        var most = limit ?? DefaultLimit;
        ArgumentOutOfRangeException.ThrowIfLessThan(most, TimeSpan.Zero, nameof(limit));
        return RunAsync(() => DrainWithinAsync(most, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Moves time, from timer to timer, letting all work that one brings about finish before time goes on; and finishes what is due at the end.
    /// </summary>
    /// <param name="by">How far.</param>
    /// <param name="cancellationToken">Ends the run on the way.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    /// <exception cref="WebhookException">
    /// The host is not started or has stopped, its store or an answer of the test's failed, or something goes on without end.
    /// </exception>
    public Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        return RunAsync(() => AdvanceByAsync(by, cancellationToken), cancellationToken);
    }

    private static SimulatedAnswer[] Copy(SimulatedAnswer[] answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Length == 0 || answers.Contains(null))
            throw new ArgumentException("Give at least one answer, and no null.", nameof(answers));
        return [.. answers];
    }

    /// <summary>On the pool: what timers call must not run in the context of the test.</summary>
    private Task RunAsync(Func<Task> run, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            // What came into the store by another way than through the harness is found now.
            _store.LookAgain();
            await run().ConfigureAwait(false);
        },
        cancellationToken);

    private async Task DrainWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Clock.GetTimestamp();
        long? measured = null;
        while (true)
        {
            await FinishDueAsync(cancellationToken).ConfigureAwait(false);
            if (measured != _parts.Stillness.Changes)
            {
                measured = _parts.Stillness.Changes;
                if ((await _store.MeasureAsync(cancellationToken).ConfigureAwait(false)).Waiting == 0)
                    return;
            }

            var left = limit - Clock.GetElapsedTime(started);
            if (IsOver(left) || Clock.NextTimerDue is null)
                throw new WebhooksNotDrainedException(limit, await _waiting.ListAsync(cancellationToken).ConfigureAwait(false));
            Clock.AdvanceToNextTimer(left);
        }
    }

    private async Task AdvanceByAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        var started = Clock.GetTimestamp();
        while (true)
        {
            await FinishDueAsync(cancellationToken).ConfigureAwait(false);
            var left = by - Clock.GetElapsedTime(started);
            if (IsOver(left))
                return;
            Clock.AdvanceToNextTimer(left);
        }
    }

    /// <summary>Whether the time is up; not before all timers of its last moment have fired.</summary>
    private bool IsOver(TimeSpan left) => left <= TimeSpan.Zero && Clock.NextTimerDue != TimeSpan.Zero;

    /// <summary>Has everything sent that is due, one lane after the other, until only time could bring more.</summary>
    private async Task FinishDueAsync(CancellationToken cancellationToken)
    {
        var patience = Debugger.IsAttached ? Timeout.InfiniteTimeSpan : Patience;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _parts.Stillness.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        while (_store.Let());
    }
}
