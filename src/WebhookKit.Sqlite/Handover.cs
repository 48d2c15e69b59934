using Microsoft.Extensions.Logging;
using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite;

/// <summary>
/// Makes answers of what the writer gave out. Destinations are read here, aside from the writer: a protector may call a key service. One that cannot be read
/// does not spoil the lease: its delivery is put off, and the others go.
/// </summary>
internal sealed class Handover(StoreFile file)
{
    private static readonly TimeSpan PutOff = TimeSpan.FromMinutes(1);

    public async ValueTask<LeaseResult> ToResultAsync(Grant grant, OpenFile open)
    {
        var lanes = new List<LeasedLane>(grant.Lanes.Count);
        foreach (var lane in grant.Lanes)
        {
            var deliveries = await ToLeasedAsync(lane.Deliveries, lane.Lane, lane.Token, grant.Now, open).ConfigureAwait(false);
            if (deliveries.Count > 0)
                lanes.Add(new LeasedLane { Lane = lane.Lane, Token = lane.Token, State = lane.State, Deliveries = deliveries });
            else
                await ReleaseAsync(lane, open).ConfigureAwait(false);
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

    public async ValueTask<IReadOnlyList<LaneRefillResult>> ToResultsAsync(IReadOnlyList<GrantedRefill> refills, IReadOnlyList<LaneRefill> requests, OpenFile open)
    {
        var results = new LaneRefillResult[refills.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var refill = refills[i];
            results[i] = new LaneRefillResult
            {
                Lane = refill.Lane,
                Lost = refill.Lost,
                Deliveries = await ToLeasedAsync(refill.Deliveries, refill.Lane, requests[i].Token, refill.Now, open).ConfigureAwait(false),
                Ended = refill.Ended,
            };
        }

        return results;
    }

    private async ValueTask<List<LeasedDelivery>> ToLeasedAsync(
        IReadOnlyList<GrantedDelivery> given, LaneId lane, LaneToken token, long now, OpenFile open)
    {
        var leased = new List<LeasedDelivery>(given.Count);
        foreach (var delivery in given)
        {
            StoredDestination? destination = null;
            if (delivery.Destination is { } form)
            {
                try
                {
                    destination = await file.ReadDestinationAsync(form, CancellationToken.None).ConfigureAwait(false);
                }
                catch (WebhookException e)
                {
                    await PutOffAsync(delivery.Row, lane, token, e, open).ConfigureAwait(false);
                    continue;
                }
            }

            leased.Add(ToLeased(delivery, destination, now, open));
        }

        return leased;
    }

    private static LeasedDelivery ToLeased(GrantedDelivery delivery, StoredDestination? destination, long now, OpenFile open) => new()
    {
        Id = new DeliveryId(delivery.Row.Id),
        Subscription = delivery.Row.Subscription,
        Destination = destination,
        Message = delivery.Message,
        AttemptsMade = delivery.Row.Attempts,
        Age = TimeSpan.FromTicks(now - (delivery.Row.Enqueued ?? delivery.Accepted)),
        DueAt = open.Clock.ToUtc(delivery.Row.Due),
        Trigger = delivery.Row.Trigger,
    };

    private async Task PutOffAsync(DeliveryRow delivery, LaneId lane, LaneToken token, WebhookException problem, OpenFile open)
    {
        file.Logger.DestinationUnreadable(new DeliveryId(delivery.Id), problem.Message, PutOff);
        var settlement = new Settlement
        {
            Delivery = new DeliveryId(delivery.Id), Lane = lane, Token = token, AttemptsMade = delivery.Attempts, Action = SettlementAction.Defer, Delay = PutOff,
        };
        await open.Writer.RunAsync((session, now) => session.Settler.Settle(settlement, now), committed: null, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task ReleaseAsync(GrantedLane lane, OpenFile open)
    {
        var release = new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State };
        await open.Writer.RunAsync(
            (session, now) =>
            {
                session.Leases.Release(release, now);
                return true;
            },
            committed: null, CancellationToken.None).ConfigureAwait(false);
    }
}
