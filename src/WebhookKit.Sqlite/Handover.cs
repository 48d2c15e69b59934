using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite;

/// <summary>Makes answers of what the writer gave out. Destinations are read here, aside from the writer: a protector may call a key service.</summary>
internal sealed class Handover(StoreFile file)
{
    /// <summary>How long a hand-over waits for the protector: the leases are granted already, and run.</summary>
    internal static readonly TimeSpan ReadingTime = TimeSpan.FromSeconds(10);

    public async ValueTask<LeaseResult> ToResultAsync(Grant grant, OpenFile open)
    {
        var destinations = await ReadAsync(grant.Lanes.SelectMany(lane => lane.Deliveries)).ConfigureAwait(false);
        var lanes = new LeasedLane[grant.Lanes.Count];
        for (var i = 0; i < lanes.Length; i++)
        {
            var lane = grant.Lanes[i];
            var deliveries = ToLeased(lane.Deliveries, destinations, grant.Now, open);
            lanes[i] = new LeasedLane { Lane = lane.Lane, Token = lane.Token, State = lane.State, Deliveries = deliveries };
        }

        return new LeaseResult
        {
            Lanes = lanes,
            Now = open.Clock.ToUtc(grant.Now),
            GrantedAt = open.Clock.Timestamp(grant.Now),
            NextDue = grant.NextDue is { } next ? TimeSpan.FromTicks(Math.Max(0, next - grant.Now)) : null,
            Suspects = grant.Suspects,
        };
    }

    public async ValueTask<IReadOnlyList<LaneRefillResult>> ToResultsAsync(IReadOnlyList<GrantedRefill> refills, OpenFile open)
    {
        var destinations = await ReadAsync(refills.SelectMany(refill => refill.Deliveries)).ConfigureAwait(false);
        var results = new LaneRefillResult[refills.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var refill = refills[i];
            results[i] = new LaneRefillResult
            {
                Lane = refill.Lane,
                Lost = refill.Lost,
                Deliveries = ToLeased(refill.Deliveries, destinations, refill.Now, open),
                Ended = refill.Ended,
            };
        }

        return results;
    }

    private static LeasedDelivery[] ToLeased(
        IReadOnlyList<GrantedDelivery> given, Dictionary<DestinationId, StoredDestination> destinations, long now, OpenFile open)
    {
        var leased = new LeasedDelivery[given.Count];
        for (var i = 0; i < leased.Length; i++)
        {
            var (row, message, _) = given[i];
            leased[i] = new LeasedDelivery
            {
                Id = new DeliveryId(row.Id),
                Subscription = row.Subscription,
                Destination = row.Destination is { } destination ? destinations.GetValueOrDefault(destination) : null,
                Message = message.Message,
                AttemptsMade = row.Attempts,
                Age = TimeSpan.FromTicks(now - (row.Enqueued ?? message.Accepted)),
                DueAt = open.Clock.ToUtc(row.Due),
                Trigger = row.Trigger,
                Targets = message.Targets,
            };
        }

        return leased;
    }

    /// <summary>Reads each destination once. What cannot be read, or not in time, comes with its fault: what is granted is always handed out.</summary>
    private async ValueTask<Dictionary<DestinationId, StoredDestination>> ReadAsync(IEnumerable<GrantedDelivery> given)
    {
        var reading = new Dictionary<DestinationId, (SettingsForm Form, Task<StoredDestination> Destination)>();
        foreach (var delivery in given)
        {
            if (delivery is { Row.Destination: { } id, Destination: { } form } && !reading.ContainsKey(id))
                reading.Add(id, (form, file.ReadDestinationAsync(id, form, CancellationToken.None).AsTask()));
        }

        var all = Task.WhenAll(reading.Values.Select(one => one.Destination));
        if (!all.IsCompleted)
            await ((Task)all.WaitAsync(ReadingTime, file.Time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return reading.ToDictionary(one => one.Key, one => Outcome(one.Key, one.Value.Form, one.Value.Destination));
    }

    private static StoredDestination Outcome(DestinationId id, SettingsForm form, Task<StoredDestination> reading)
    {
        if (reading.IsCompletedSuccessfully)
            return reading.Result;
        var fault = reading.Exception?.InnerException is { } error
            ? error as WebhookStoreException ?? new WebhookStoreException(StoreFault.Unavailable, $"The destination {id} cannot be read: {error.Message}", error)
            : new WebhookStoreException(
                StoreFault.Unavailable, $"The destination {id} could not be read within {ReadingTime.TotalSeconds} s: its protector does not answer.");
        return SettingsFormat.ReadDestinationOutline(id, form.Json) with { Fault = fault };
    }
}
