using Microsoft.Extensions.Logging;

namespace WebhookKit.Dispatching;

/// <summary>What the workers of all lanes share while the dispatcher runs.</summary>
internal sealed record DispatchContext
{
    /// <summary>How many deliveries of a lane are fetched at once.</summary>
    public const int Quota = 64;

    public required IDeliveryQueue Queue { get; init; }

    public required DeliveryPipe Pipe { get; init; }

    public required LeaseKeeper Leases { get; init; }

    public required SettlementBatcher Settlements { get; init; }

    public required SettlementFollower Follower { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>One slot for each request that this node may have in flight.</summary>
    public required SlotPool Slots { get; init; }

    /// <summary>Whether other lanes wait for a place that this one could give up.</summary>
    public required Func<bool> IsCrowded { get; init; }

    /// <summary>Fires when the host begins to stop: nothing new is leased or started.</summary>
    public required CancellationToken Stopping { get; init; }
}
