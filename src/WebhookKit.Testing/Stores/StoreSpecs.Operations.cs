namespace WebhookKit.Testing;

public abstract partial class StoreSpecs
{
    /// <summary>A new ad hoc destination of the specs' tenant.</summary>
    protected static StoredDestination Destination(string url = "https://receiver.example/hooks") => new()
    {
        Id = new DestinationId(Guid.CreateVersion7()),
        Tenant = Tenant,
        Settings = new WebhookDestination { Url = url },
    };

    /// <summary>The same message with something changed about it.</summary>
    protected static EnqueueRequest With(EnqueueRequest request, Func<WebhookMessage, WebhookMessage> change)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(change);
        return request with { Message = change(request.Message) };
    }

    /// <summary>Reads one delivery, which must be known.</summary>
    protected async Task<DeliveryRecord> FindAsync(DeliveryId delivery) =>
        Expect.NotNull(await Store.FindDeliveryAsync(delivery, CancellationToken.None), what: $"delivery {delivery}");

    /// <summary>The only delivery of a message.</summary>
    protected async Task<DeliveryId> DeliveryOfAsync(EnqueueRequest request) =>
        Expect.One(await DeliveriesOfAsync(request), what: "the deliveries of the message");

    /// <summary>The deliveries of a message, oldest first; a thousand at the most.</summary>
    protected async Task<DeliveryId[]> DeliveriesOfAsync(EnqueueRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var page = await ListAsync(new DeliveryQuery { AllTenants = true, MessageId = request.Message.PublicId, Limit = 1000 });
        return [.. page.Items.Select(record => record.Id).Order()];
    }

    /// <summary>Redelivers one.</summary>
    protected async Task<RedeliveryResult> RedeliverAsync(Redelivery redelivery) =>
        Expect.One(await RedeliverAsync([redelivery]), what: "the answers to one redelivery");

    /// <summary>Redelivers in one call.</summary>
    protected async Task<IReadOnlyList<RedeliveryResult>> RedeliverAsync(params Redelivery[] redeliveries) =>
        await Store.RedeliverAsync(redeliveries, CancellationToken.None);

    /// <summary>Cancels in one call.</summary>
    protected async Task<IReadOnlyList<CancelOutcome>> CancelAsync(params DeliveryId[] deliveries) =>
        await Store.CancelAsync(deliveries, CancellationToken.None);

    /// <summary>Cancels a batch of what waits of a message.</summary>
    protected async Task<CancelledBatch> CancelMessageAsync(EnqueueRequest request, int limit) =>
        await Store.CancelMessageAsync(request.Message.PublicId, limit, CancellationToken.None);

    /// <summary>
    /// Leases what is due, settles it, delivered unless said otherwise, and releases the lanes, until nothing is due; answers with what that was.
    /// </summary>
    protected async Task<IReadOnlyList<LeasedDelivery>> WorkAsync(Func<LeasedLane, LeasedDelivery, Settlement>? settle = null)
    {
        var worked = new List<LeasedDelivery>();
        while ((await LeaseAsync(lanes: 100, deliveries: 500)).Lanes is { Count: > 0 } lanes)
        {
            foreach (var lane in lanes)
            {
                await SettleAsync([.. lane.Deliveries.Select(delivery => (settle ?? Settlements.Delivered)(lane, delivery))]);
                await ReleaseAsync(lane);
                worked.AddRange(lane.Deliveries);
            }
        }

        return worked;
    }

    /// <summary>Publishes a message to a lane and ends its delivery.</summary>
    protected async Task<DeliveryId> EndedAsync(DeliveryStatus status, int lane = 1)
    {
        await PublishAsync(lane);
        return Expect.One(await WorkAsync((held, delivery) => status switch
        {
            DeliveryStatus.Delivered => Settlements.Delivered(held, delivery),
            DeliveryStatus.Dead => Settlements.Dead(held, delivery),
            _ => Settlements.Cancel(held, delivery),
        })).Id;
    }

    /// <summary>Trims until there is no more to trim; answers with how many records that were.</summary>
    protected async Task<int> TrimAsync(TimeSpan data, TimeSpan log, int limit = 100)
    {
        var removed = 0;
        RemovalResult result;
        do
        {
            result = await Store.TrimAsync(new TrimRequest { Data = data, Log = log, Limit = limit }, CancellationToken.None);
            Expect.True(result.Removed <= limit);
            Expect.True(result.Removed > 0 || !result.HasMore, "a batch that removes nothing must be the last");
            removed += result.Removed;
        }
        while (result.HasMore);
        return removed;
    }

    /// <summary>Erases a tenant until nothing of it is left; answers with how many records that were.</summary>
    protected async Task<int> EraseAsync(string? tenant, int limit = 100)
    {
        var removed = 0;
        RemovalResult result;
        do
        {
            result = await Store.EraseAsync(tenant, limit, CancellationToken.None);
            Expect.True(result.Removed <= limit);
            Expect.True(result.Removed > 0 || !result.HasMore, "a batch that removes nothing must be the last");
            removed += result.Removed;
        }
        while (result.HasMore);
        return removed;
    }
}
