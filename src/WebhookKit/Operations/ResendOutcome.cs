namespace WebhookKit;

/// <summary>Whether a delivery was sent again.</summary>
public enum ResendOutcome
{
    /// <summary>A new delivery waits.</summary>
    Resent,

    /// <summary>There is no such delivery, or not any more.</summary>
    Unknown,

    /// <summary>The message's data is no longer kept (<c>Webhooks:Retention:Data</c>).</summary>
    DataGone,

    /// <summary>The subscription it went to is removed.</summary>
    SubscriptionRemoved,

    /// <summary>The subscription it went to is inactive or disabled: activate it first.</summary>
    SubscriptionOff,
}
