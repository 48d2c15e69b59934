namespace WebhookKit.Tests.Dispatching;

/// <summary>Real time in which a second lasts a minute: a stop that has to be whole is not cut short where the machine stalls, and still has an end.</summary>
internal sealed class PatientTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime * 60 : dueTime, period);
}
