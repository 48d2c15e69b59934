namespace WebhookKit.Dispatching;

/// <summary>
/// A delivery that was started: it runs beside the loop of its lane and reports twice, whatever happens: when sent, and when settled, in this order.
/// </summary>
internal sealed class StartedDelivery(HandedOut delivery, Slot slot, LaneWork work) : ISettlementListener
{
    private DeliveryStep _sent;
    private DeliveryStep _settled;

    // Whether one of the two has happened: it is reported as sent, it is settled. The second of them reports the end.
    private int _isHalfDone;

    /// <summary>Takes it through.</summary>
    /// <param name="inOrder">Whether nothing else of the lane is in flight.</param>
    public async Task RunAsync(bool inOrder)
    {
        var isSettling = false;
        try
        {
            _sent = await work.Context.Pipe.DeliverAsync(delivery, work.Lane, work.Clock, inOrder).ConfigureAwait(false);
            // Before the report: what was sent is on its way to the store before anything else is started.
            if (_sent.Settlement is { } settlement)
            {
                work.Context.Settlements.Settle(settlement, _sent.KeepsPlace, this);
                isSettling = true;
            }
        }
        finally
        {
            work.Context.Slots.Release(slot);
            work.Reports.Add(new LaneReport(delivery.Delivery.Id, slot, DeliveryStage.Sent, _sent));
            if (isSettling)
                PassHalf();
            else
                ReportEnd();
        }
    }

    public void Answered(SettlementBatcher.Answer? answer)
    {
        if (work.Context.Follower.TryFollow(in _sent, answer) is { } settled)
            End(settled);
        else
            Follow(answer);
    }

    // Logged already.
    public void GivenUp() => End(DeliveryStep.Left);

    // Apart, since what a lambda needs is allocated at the start of a method.
    private void Follow(SettlementBatcher.Answer? answer) => _ = Task.Run(() => FollowAsync(answer));

    private async Task FollowAsync(SettlementBatcher.Answer? answer)
    {
        var settled = DeliveryStep.Left;
        try
        {
            settled = await work.Context.Follower.FollowAsync(_sent, answer, delivery, work.Lane, work.Clock).ConfigureAwait(false);
        }
        finally
        {
            End(settled);
        }
    }

    private void End(in DeliveryStep settled)
    {
        _settled = settled;
        PassHalf();
    }

    private void PassHalf()
    {
        if (Interlocked.Exchange(ref _isHalfDone, 1) == 1)
            ReportEnd();
    }

    private void ReportEnd() => work.Reports.Add(new LaneReport(delivery.Delivery.Id, slot, DeliveryStage.Settled, _settled));
}
