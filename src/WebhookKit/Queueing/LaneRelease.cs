namespace WebhookKit;

/// <summary>Gives a lane back. It becomes due when its earliest delivery is, or at once if that is overdue.</summary>
public sealed record LaneRelease
{
    /// <summary>The lane.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>The lease's token.</summary>
    public required LaneToken Token { get; init; }

    /// <summary>What this holder learnt, for the next one.</summary>
    public required LaneState State { get; init; }

    /// <summary>How long the lane sleeps whatever is due in it: a circuit, a rate, a paused subscription. Zero is not at all.</summary>
    public TimeSpan Hold { get; init; }
}
