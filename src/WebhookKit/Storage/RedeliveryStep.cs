namespace WebhookKit.Storage;

/// <summary>What is to be done for one redelivery. Beside the outcome the members stand only where a delivery is added, but for the repeated one.</summary>
/// <typeparam name="TMessage">What a store knows a message by.</typeparam>
internal readonly record struct RedeliveryStep<TMessage>(RedeliveryOutcome Outcome)
    where TMessage : notnull
{
    public TMessage? Message { get; init; }

    public LaneId Lane { get; init; }

    public SubscriptionId? Subscription { get; init; }

    public DestinationId? Destination { get; init; }

    /// <summary>The delivery that is repeated, or that is left out.</summary>
    public DeliveryId? Repeats { get; init; }

    /// <summary>For one that is left out: the delivery that repeated it before this call.</summary>
    public DeliveryId? RepeatedAs { get; init; }
}
