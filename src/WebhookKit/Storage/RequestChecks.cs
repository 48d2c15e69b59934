using System.Security.Cryptography;

namespace WebhookKit.Storage;

/// <summary>Refuses misuse before anything is changed.</summary>
internal static class RequestChecks
{
    public static void Check(IReadOnlyList<EnqueueRequest> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        // By index, here and below: going through a list behind an interface would allocate for each message.
        for (var i = 0; i < messages.Count; i++)
        {
            var request = messages[i];
            ArgumentNullException.ThrowIfNull(request, nameof(messages));
            ArgumentNullException.ThrowIfNull(request.Message, nameof(messages));
            ArgumentNullException.ThrowIfNull(request.Targets, nameof(messages));
            if (request.Idempotency is { } key)
                Check(key);
            for (var j = 0; j < request.Targets.Count; j++)
            {
                var target = request.Targets[j];
                ArgumentOutOfRangeException.ThrowIfLessThan(target.Delay, TimeSpan.Zero, nameof(messages));
                if (target.Subscription is null == target.Destination is null)
                    throw new ArgumentException("A target is a subscription or an ad hoc destination, one of the two.", nameof(messages));
            }
        }
    }

    public static void Check(LeaseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxLanes, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxDeliveriesPerLane, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(request.Lease, TimeSpan.Zero, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxWait, TimeSpan.Zero, nameof(request));
    }

    public static void Check(IReadOnlyList<Settlement> settlements)
    {
        ArgumentNullException.ThrowIfNull(settlements);
        for (var i = 0; i < settlements.Count; i++)
        {
            var settlement = settlements[i];
            ArgumentOutOfRangeException.ThrowIfLessThan(settlement.Delay, TimeSpan.Zero, nameof(settlements));
            if (!Enum.IsDefined(settlement.Action))
                throw new ArgumentOutOfRangeException(nameof(settlements), settlement.Action, "There is no such action.");
            if (settlement is { Action: SettlementAction.Dead, DeadReason: null })
                throw new ArgumentException("A delivery that is dead-lettered needs a reason.", nameof(settlements));
        }
    }

    public static void Check(IReadOnlyList<LaneRenewal> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        foreach (var lane in lanes)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lane.Lease, TimeSpan.Zero, nameof(lanes));
    }

    public static void Check(IReadOnlyList<LaneRelease> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        foreach (var lane in lanes)
            ArgumentOutOfRangeException.ThrowIfLessThan(lane.Hold, TimeSpan.Zero, nameof(lanes));
    }

    public static void Check(IReadOnlyList<Redelivery> redeliveries)
    {
        ArgumentNullException.ThrowIfNull(redeliveries);
        foreach (var redelivery in redeliveries)
            ArgumentNullException.ThrowIfNull(redelivery, nameof(redeliveries));
    }

    public static void Check(TrimRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Data, TimeSpan.Zero, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Log, TimeSpan.Zero, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Limit, 1, nameof(request));
    }

    private static void Check(IdempotencyKey key)
    {
        const int maxLength = 256;
        if (key.Key is not { Length: > 0 and <= maxLength })
            throw new ArgumentException($"An idempotency key has 1 to {maxLength} characters.", nameof(key));
        if (key.ContentHash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"The content hash of an idempotency key has {SHA256.HashSizeInBytes} bytes.", nameof(key));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(key.Lifetime, TimeSpan.Zero, nameof(key));
    }
}
