using WebhookKit.Sqlite.Queue;
using WebhookKit.Sqlite.Writing;

namespace WebhookKit.Sqlite;

/// <summary>The durable store of one process: queue, messages and log in one SQLite file. Everything that writes goes through one writer.</summary>
internal sealed partial class SqliteStore(StoreFile file) : IWebhookStore
{
    private readonly Handover _handover = new(file);
    private readonly KnownDestinations _known = new();

    public async ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken)
    {
        RequestChecks.Check(messages);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var known = messages.SelectMany(message => message.Targets)
            .Select(target => target.Destination?.Id).OfType<DestinationId>().Where(_known.Contains).ToHashSet();
        var accepted = await AdmitAsync(messages, known, open, cancellationToken).ConfigureAwait(false)
            ?? (await AdmitAsync(messages, [], open, cancellationToken).ConfigureAwait(false))!.Value;
        // Accepted already: no cancellation ends this, and what goes wrong is made good later.
        foreach (var message in accepted.Pending)
            await open.Writer.Expansions.WhenDone(message).ConfigureAwait(false);
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
        var refills = await RunAsync((session, now) => lanes.Select(lane => session.Leases.Refill(lane, now)).ToArray(), cancellationToken)
            .ConfigureAwait(false);
        return await _handover.ToResultsAsync(refills, open).ConfigureAwait(false);
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

    /// <summary>Stores what is new; null if one of the destinations that should be known has been forgotten, and nothing was stored.</summary>
    private async ValueTask<(EnqueueResult[] Results, IReadOnlyList<long> Pending)?> AdmitAsync(
        IReadOnlyList<EnqueueRequest> messages, HashSet<DestinationId> known, OpenFile open, CancellationToken cancellationToken)
    {
        var destinations = await WriteDestinationsAsync(messages, known, cancellationToken).ConfigureAwait(false);
        return await open.Writer.RunAsync<(EnqueueResult[] Results, IReadOnlyList<long> Pending)?>(
            (session, now) =>
            {
                if (!known.All(session.Contents.Destinations.Has))
                    return null;
                var admission = new Admission(session.Contents, destinations, now);
                return (admission.Admit(messages), admission.Pending);
            },
            answer =>
            {
                if (answer is not { } accepted)
                    return;
                open.Writer.Expansions.Add(accepted.Pending);
                _known.Add(destinations.Keys);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the ad hoc destinations of a call down, each once and but for those that are known, before the writer is asked: a protector may call a key service.
    /// </summary>
    private async ValueTask<Dictionary<DestinationId, SettingsForm>> WriteDestinationsAsync(
        IReadOnlyList<EnqueueRequest> messages, HashSet<DestinationId> known, CancellationToken cancellationToken)
    {
        var forms = new Dictionary<DestinationId, SettingsForm>();
        foreach (var request in messages)
        {
            foreach (var target in request.Targets)
            {
                if (target.Destination is { } destination && !known.Contains(destination.Id) && !forms.ContainsKey(destination.Id))
                    forms.Add(destination.Id, await file.Format.WriteAsync(destination, cancellationToken).ConfigureAwait(false));
            }
        }

        return forms;
    }
}
