namespace WebhookKit.Dispatching;

/// <summary>What the deliveries of a lane share while they are under way.</summary>
internal sealed class LaneWork(HeldLane lane, LeaseClock clock, LaneReports reports, DispatchContext context)
{
    public HeldLane Lane { get; } = lane;

    public LeaseClock Clock { get; } = clock;

    public LaneReports Reports { get; } = reports;

    public DispatchContext Context { get; } = context;
}
