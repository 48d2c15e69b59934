namespace WebhookKit.Dispatching;

/// <summary>
/// A leased delivery, and when this process got it: its age is a duration of the store's plus one of this process's, untouched by any clock's step.
/// </summary>
internal readonly record struct HandedOut(LeasedDelivery Delivery, long Since, TimeProvider Time)
{
    /// <summary>How long ago it was enqueued.</summary>
    public TimeSpan Age => Delivery.Age + Time.GetElapsedTime(Since);
}
