using WebhookKit.Sqlite.Queue;
using WebhookKit.Sqlite.Writing;

namespace WebhookKit.Sqlite;

/// <summary>The durable store of one process: queue, messages and log in one SQLite file. Everything that writes goes through one writer.</summary>
internal sealed partial class SqliteStore(StoreFile file) : IWebhookStore
{
    private readonly Handover _handover = new(file);

    public async ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken)
    {
        RequestChecks.Check(messages);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var destinations = await WriteDestinationsAsync(messages, cancellationToken).ConfigureAwait(false);
        var expansions = open.Writer.Expansions;
        var accepted = await open.Writer.RunAsync(
            (session, now) =>
            {
                var admission = new Admission(session.Contents, destinations, now);
                return (Results: admission.Admit(messages), admission.Pending);
            },
            answer => expansions.Add(answer.Pending), cancellationToken).ConfigureAwait(false);
        // Accepted already: no cancellation ends this, and what goes wrong is made good later.
        foreach (var message in accepted.Pending)
            await expansions.WhenDone(message).ConfigureAwait(false);
        return accepted.Results;
    }

    public async ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        RequestChecks.Check(request);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var grant = await open.Writer.LeaseAsync(request, cancellationToken).ConfigureAwait(false);
        return await _handover.ToResultAsync(grant, open).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var refills = await RunAsync((session, now) => lanes.Select(lane => session.Leases.Refill(lane, now)).ToArray(), cancellationToken).ConfigureAwait(false);
        return await _handover.ToResultsAsync(refills, lanes, open).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        RequestChecks.Check(settlements);
        return await RunAsync(
            (session, now) => settlements.Select(settlement => session.Settler.Settle(settlement, now)).ToArray(), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        return await RunAsync((session, now) => lanes.Select(lane => session.Leases.Renew(lane, now)).ToArray(), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        await RunAsync(
            (session, now) =>
            {
                foreach (var lane in lanes)
                    session.Leases.Wake(lane, now);
                return lanes.Count;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken)
    {
        RequestChecks.Check(redeliveries);
        return await RunAsync((session, now) => new Redeliveries(session.Contents).Add(redeliveries, now), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        return await RunAsync((session, now) => deliveries.Select(delivery => session.Settler.Cancel(delivery, now)).ToArray(), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunAsync((session, now) => session.Settler.CancelMessage(messageId, limit, now), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        await RunAsync(
            (session, now) =>
            {
                foreach (var lane in lanes)
                    session.Leases.Release(lane, now);
                return lanes.Count;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> RunAsync<T>(Func<Session, long, T> run, CancellationToken cancellationToken)
    {
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await open.Writer.RunAsync(run, committed: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the ad hoc destinations of a call down, each once, before the writer is asked: a protector may call a key service.</summary>
    private async ValueTask<Dictionary<DestinationId, SettingsForm>> WriteDestinationsAsync(
        IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken)
    {
        var forms = new Dictionary<DestinationId, SettingsForm>();
        foreach (var request in messages)
        {
            foreach (var target in request.Targets)
            {
                if (target.Destination is { } destination && !forms.ContainsKey(destination.Id))
                    forms.Add(destination.Id, await file.Format.WriteAsync(destination, cancellationToken).ConfigureAwait(false));
            }
        }

        return forms;
    }
}
