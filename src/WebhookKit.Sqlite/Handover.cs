using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite;

/// <summary>Makes answers of what the writer gave out. Destinations are read here, aside from the writer: a protector may call a key service.</summary>
internal sealed class Handover(StoreFile file)
{
    public async ValueTask<LeaseResult> ToResultAsync(Grant grant, OpenFile open)
    {
        var lanes = new LeasedLane[grant.Lanes.Count];
        for (var i = 0; i < lanes.Length; i++)
        {
            var lane = grant.Lanes[i];
            var deliveries = await ToLeasedAsync(lane.Deliveries, grant.Now, open).ConfigureAwait(false);
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
        var results = new LaneRefillResult[refills.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var refill = refills[i];
            results[i] = new LaneRefillResult
            {
                Lane = refill.Lane,
                Lost = refill.Lost,
                Deliveries = await ToLeasedAsync(refill.Deliveries, refill.Now, open).ConfigureAwait(false),
                Ended = refill.Ended,
            };
        }

        return results;
    }

    private async ValueTask<LeasedDelivery[]> ToLeasedAsync(IReadOnlyList<GrantedDelivery> given, long now, OpenFile open)
    {
        var leased = new LeasedDelivery[given.Count];
        for (var i = 0; i < leased.Length; i++)
        {
            var (row, message, accepted, form) = given[i];
            leased[i] = new LeasedDelivery
            {
                Id = new DeliveryId(row.Id),
                Subscription = row.Subscription,
                Destination = row.Destination is { } destination && form is { } known
                    ? await file.ReadDestinationAsync(destination, known, CancellationToken.None).ConfigureAwait(false)
                    : null,
                Message = message,
                AttemptsMade = row.Attempts,
                Age = TimeSpan.FromTicks(now - (row.Enqueued ?? accepted)),
                DueAt = open.Clock.ToUtc(row.Due),
                Trigger = row.Trigger,
            };
        }

        return leased;
    }
}
