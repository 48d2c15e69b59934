namespace WebhookKit.FaultTests.Node;

/// <summary>A wall clock that is wrong; time passes as it does.</summary>
internal sealed class ShiftedTime(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
