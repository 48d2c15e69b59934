namespace WebhookKit.Testing.Harness;

/// <summary>
/// The delivery that was given out last. Lanes are given out one at a time, each with one delivery, and no further one before it was answered or hangs: so a
/// request is of this delivery, or of none.
/// </summary>
internal sealed class HandedOut
{
    private volatile LeasedDelivery? _last;

    public void Note(LeaseResult result)
    {
        if (result.Lanes is [.., { Deliveries: [.., var delivery] }])
            _last = delivery;
    }

    /// <summary>The delivery, if it is one of this message.</summary>
    public LeasedDelivery? Of(string messageId) =>
        _last is { } last && string.Equals(last.Message.PublicId, messageId, StringComparison.Ordinal) ? last : null;
}
