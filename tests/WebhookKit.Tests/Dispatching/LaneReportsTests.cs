using WebhookKit.Dispatching;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

public sealed class LaneReportsTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task Reports_are_read_in_their_order_and_wake_the_loop()
    {
        using var reports = new LaneReports(_clock);
        var waiting = reports.WaitAsync().AsTask();
        waiting.IsCompleted.Should().BeFalse();
        reports.Add(Sent(1));
        reports.Add(Sent(2));
        (await waiting).Should().BeTrue();

        Read(reports).Should().Equal(1, 2);
        reports.WaitAsync().AsTask().IsCompleted.Should().BeFalse();
    }

    [Fact]
    public void A_pause_that_is_running_is_not_begun_anew()
    {
        using var reports = new LaneReports(_clock);
        reports.LookAgainAfter(Pause);
        _clock.Advance(Pause * 0.9);
        reports.LookAgainAfter(Pause);
        Read(reports).Should().BeEmpty();
        _clock.Advance(Pause * 0.1);

        Read(reports).Should().Equal(0);
        _clock.Advance(Pause);
        Read(reports).Should().BeEmpty("it is over");
        reports.LookAgainAfter(Pause);
        _clock.Advance(Pause);
        Read(reports).Should().Equal(0);
    }

    [Fact]
    public void What_comes_after_the_end_does_no_harm()
    {
        var reports = new LaneReports(_clock);
        reports.LookAgainAfter(Pause);
        reports.Dispose();
        _clock.Advance(Pause);
        reports.LookAgain();

        Read(reports).Should().Equal(0);
    }

    private static LaneReport Sent(long delivery) => new(new DeliveryId(delivery), Slot.Common, DeliveryStage.Sent, DeliveryStep.Left);

    private static List<long> Read(LaneReports reports)
    {
        var read = new List<long>();
        while (reports.TryRead(out var report))
            read.Add(report.Stage == DeliveryStage.None ? 0 : report.Delivery.Value);
        return read;
    }
}
