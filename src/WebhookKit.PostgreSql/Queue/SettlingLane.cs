namespace WebhookKit.PostgreSql.Queue;

/// <summary>A lane while a batch of settlements is decided.</summary>
internal sealed class SettlingLane
{
    public required Guid Id { get; init; }

    public required Guid? Token { get; init; }

    public long? Suspect { get; private set; }

    public int Expiries { get; private set; }

    public long? OrderDelivery { get; private set; }

    public DateTime? OrderUntil { get; private set; }

    /// <summary>Whether a settlement applied to a delivery of it, so that it may be due at another time.</summary>
    public bool IsTouched { get; set; }

    public bool IsChanged { get; private set; }

    public static SettlingLane Of(Guid id, Guid? token, long? suspect, int expiries, long? orderDelivery, DateTime? orderUntil) => new()
    {
        Id = id, Token = token, Suspect = suspect, Expiries = expiries, OrderDelivery = orderDelivery, OrderUntil = orderUntil,
    };

    /// <summary>Has the lane wait for this delivery, in place of any that it waited for.</summary>
    public void KeepOrder(long delivery, DateTime until) => (OrderDelivery, OrderUntil, IsChanged) = (delivery, until, true);

    /// <summary>A delivery was settled: it did not bring its sender down.</summary>
    public void Acquit(long delivery)
    {
        if (Suspect == delivery)
            (Suspect, Expiries, IsChanged) = (null, 0, true);
    }

    /// <summary>A delivery has ended: the lane waits for it no longer.</summary>
    public void TakeOut(long delivery)
    {
        Acquit(delivery);
        if (OrderDelivery == delivery)
            (OrderDelivery, OrderUntil, IsChanged) = (null, null, true);
    }
}
