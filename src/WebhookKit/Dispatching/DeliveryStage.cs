namespace WebhookKit.Dispatching;

/// <summary>How far a delivery that was started has come.</summary>
internal enum DeliveryStage
{
    /// <summary>Nothing is said of any delivery.</summary>
    None,

    /// <summary>Its pass through the pipe has ended; it may still have to be settled.</summary>
    Sent,

    /// <summary>The store has answered, or was not asked.</summary>
    Settled,
}
