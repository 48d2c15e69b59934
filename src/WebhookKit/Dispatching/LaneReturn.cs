using WebhookKit.Queueing;

namespace WebhookKit.Dispatching;

/// <summary>Gives a lane back: repeated, with the lease renewed meanwhile, until the store takes it.</summary>
internal static class LaneReturn
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Gives a lane back; not for ever, nor when the lane is lost or the process goes down: then the lease expires.</summary>
    public static async Task GiveBackAsync(HeldLane lane, LaneState learned, TimeSpan hold, DispatchContext context)
    {
        var release = new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = learned, Hold = hold };
        var backoff = new StoreBackoff(context.Time);
        var since = context.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await context.Queue.ReleaseAsync([release], CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                if (backoff.Failures == 0)
                    context.Logger.ReleaseFailed(e, lane.Lane);
                if (lane.Cancelled.IsCancellationRequested || context.Settlements.GivenUp.IsCancellationRequested
                    || context.Time.GetElapsedTime(since) > Patience)
                {
                    context.Logger.ReleaseGivenUp(e, lane.Lane);
                    return;
                }

                await backoff.WaitAsync(lane.Cancelled).ConfigureAwait(false);
            }
        }
    }
}
