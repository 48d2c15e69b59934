namespace WebhookKit;

/// <summary>How one lane stands at this moment, to explain why a delivery waits.</summary>
public sealed record LaneRecord
{
    /// <summary>The lane.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>Deliveries that wait in it, those being sent among them.</summary>
    public required long Waiting { get; init; }

    /// <summary>The delivery at its head; null if none waits.</summary>
    public DeliveryId? Head { get; init; }

    /// <summary>The worker that holds it, also after its lease has expired, until it is taken over; null while the lane is free.</summary>
    public string? HeldBy { get; init; }

    /// <summary>When the lease of the worker that holds it ends unless it is renewed.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>Until when it sleeps whatever is due in it; null if it does not.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The store's clock at the moment of the answer.</summary>
    public required DateTimeOffset Now { get; init; }
}
