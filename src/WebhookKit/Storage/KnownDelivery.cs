namespace WebhookKit.Storage;

/// <summary>What a store knows of a delivery that is to be repeated. One of subscription and destination is given.</summary>
/// <typeparam name="TMessage">What a store knows a message by.</typeparam>
internal readonly record struct KnownDelivery<TMessage>
    where TMessage : notnull
{
    public required TMessage Message { get; init; }

    /// <summary>Whether the message's data is no longer kept.</summary>
    public required bool DataGone { get; init; }

    public required LaneId Lane { get; init; }

    public SubscriptionId? Subscription { get; init; }

    public DestinationId? Destination { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <summary>The latest delivery that repeats it; null if there is none.</summary>
    public DeliveryId? RepeatedAs { get; init; }
}
