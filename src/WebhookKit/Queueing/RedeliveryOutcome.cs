namespace WebhookKit;

/// <summary>Whether a delivery was added.</summary>
public enum RedeliveryOutcome
{
    /// <summary>A new delivery waits.</summary>
    Added,

    /// <summary>It was left out: <see cref="Redelivery.Once"/> was asked for, and there is nothing to repeat or it was done before.</summary>
    LeftOut,

    /// <summary>The message or the delivery is not known, or not any more.</summary>
    Unknown,

    /// <summary>The message's data is no longer kept (<c>Webhooks:Retention:Data</c>), so it cannot be sent again.</summary>
    DataGone,
}
