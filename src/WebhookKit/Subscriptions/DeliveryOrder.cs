namespace WebhookKit;

/// <summary>
/// Whether a subscription's deliveries keep the order in which they were accepted. In order, one request is in flight at a time and a retry holds back
/// everything behind it: slower, and only as fast as the receiver. Publishes that overlap in time have no order between them; what is sent again by hand comes
/// last. A change takes effect with the next delivery; a wait that has begun is waited out.
/// </summary>
public enum DeliveryOrder
{
    /// <summary>No order is kept: many requests in flight, a failed delivery does not hold back the others.</summary>
    None,

    /// <summary>In order; one that is given up is dead-lettered, and the next follows.</summary>
    SkipExhausted,

    /// <summary>
    /// In order without a gap; when the retries of one are used up the subscription is paused with it at the head. Resuming tries it again, cancelling it lets
    /// the next follow. Two ends do not block: one that grows older than the maximum age is dead-lettered all the same, and so is one that the process which
    /// sends it does not survive, time and again (<see cref="DeadReason.Suspect"/>).
    /// </summary>
    BlockOnExhausted,
}
