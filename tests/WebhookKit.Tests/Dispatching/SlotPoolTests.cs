using WebhookKit.Dispatching;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

public sealed class SlotPoolTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public void Retries_never_take_what_is_reserved()
    {
        var pool = Pool(max: 4, reserved: 1);
        var retries = new LaneSlots(pool, Ignore);
        var first = new LaneSlots(pool, Ignore);

        for (var i = 0; i < 3; i++)
            retries.Take(nextIsRetry: true, hasFirstAttempt: false).Should().Be(Slot.Common);
        retries.Take(nextIsRetry: true, hasFirstAttempt: false).Should().BeNull();
        retries.Take(nextIsRetry: true, hasFirstAttempt: true).Should().Be(Slot.Reserved, "it is for the first attempt behind the retry");
        first.Take(nextIsRetry: false, hasFirstAttempt: true).Should().BeNull();
        pool.InUse.Should().Be(4);
    }

    [Fact]
    public void First_attempts_take_what_is_reserved_before_they_take_what_retries_could_have()
    {
        var pool = Pool(max: 4, reserved: 1);
        var first = new LaneSlots(pool, Ignore);

        Enumerable.Range(0, 5).Select(_ => first.Take(nextIsRetry: false, hasFirstAttempt: true))
            .Should().Equal(Slot.Reserved, Slot.Common, Slot.Common, Slot.Common, null);
    }

    [Fact]
    public void Whoever_waits_for_a_common_slot_gets_it_in_turn()
    {
        var pool = Pool(max: 4, reserved: 1);
        Fill(pool, common: 3, reserved: 1);
        var one = pool.Queue(forRetry: false, Ignore)!;
        var retry = pool.Queue(forRetry: true, Ignore)!;
        var two = pool.Queue(forRetry: false, Ignore)!;

        pool.Release(Slot.Common);
        one.Granted.Should().NotBeNull();
        pool.Release(Slot.Common);
        retry.Granted.Should().NotBeNull("first attempts that come later do not go before it");
        two.Granted.Should().BeNull();
        pool.Release(Slot.Common);
        two.Granted.Should().NotBeNull();
        pool.InUse.Should().Be(4);
    }

    [Fact]
    public void A_reserved_slot_goes_past_retries_to_the_first_attempt_that_waits()
    {
        var pool = Pool(max: 4, reserved: 1);
        Fill(pool, common: 3, reserved: 1);
        var retry = pool.Queue(forRetry: true, Ignore)!;
        var first = pool.Queue(forRetry: false, Ignore)!;

        pool.Release(Slot.Reserved);

        retry.Granted.Should().BeNull();
        first.Granted.Should().NotBeNull();
    }

    [Fact]
    public void The_line_has_few_places_for_retries_and_those_who_leave_make_room()
    {
        var pool = Pool(max: 16, reserved: 4);
        Fill(pool, common: 12, reserved: 0);
        var inLine = Enumerable.Range(0, 3).Select(_ => pool.Queue(forRetry: true, Ignore)!).ToList();

        pool.Queue(forRetry: true, Ignore).Should().BeNull();
        pool.LanePlaces.Should().Be(16 + 3, "twelve retries in flight and three in line leave four places, as many as slots are reserved");
        pool.Leave(inLine[1]);
        pool.Queue(forRetry: true, Ignore).Should().NotBeNull();
    }

    [Fact]
    public void A_slot_granted_to_one_who_has_left_goes_to_the_next()
    {
        var pool = Pool(max: 4, reserved: 0);
        Fill(pool, common: 4, reserved: 0);
        var gone = pool.Queue(forRetry: true, Ignore)!;
        var next = pool.Queue(forRetry: false, Ignore)!;
        pool.Release(Slot.Common);
        gone.Granted.Should().NotBeNull();

        pool.Leave(gone);

        next.Granted.Should().NotBeNull();
        pool.Release(Slot.Common);
        pool.InUse.Should().Be(3);
    }

    [Fact]
    public void A_lane_that_gets_something_new_while_it_waits_with_a_retry_keeps_its_place_for_it()
    {
        var pool = Pool(max: 4, reserved: 2);
        Fill(pool, common: 2, reserved: 2);
        var turns = 0;
        var lane = new LaneSlots(pool, () => turns++);
        lane.Wait(forRetry: true).Should().BeTrue();
        var later = pool.Queue(forRetry: false, Ignore)!;

        lane.Wait(forRetry: false).Should().BeTrue();
        turns.Should().Be(0);
        pool.Release(Slot.Reserved);

        turns.Should().Be(1);
        later.Granted.Should().BeNull();
        lane.Take(nextIsRetry: true, hasFirstAttempt: true).Should().Be(Slot.Reserved);
        turns.Should().Be(1, "the retry is where it was");
        pool.Release(Slot.Common);
        turns.Should().Be(2);
        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().Be(Slot.Common);
        later.Granted.Should().BeNull();
        pool.Queue(forRetry: true, Ignore).Should().NotBeNull("it is no retry in the line any more");
    }

    [Fact]
    public void A_retry_keeps_its_place_while_first_attempts_of_its_lane_run_on_reserved_slots()
    {
        var pool = Pool(max: 4, reserved: 2);
        Fill(pool, common: 2, reserved: 0);
        var lane = new LaneSlots(pool, Ignore);
        lane.Wait(forRetry: true).Should().BeTrue();
        lane.Take(nextIsRetry: true, hasFirstAttempt: true).Should().Be(Slot.Reserved);
        lane.Take(nextIsRetry: true, hasFirstAttempt: true).Should().Be(Slot.Reserved);
        var later = pool.Queue(forRetry: false, Ignore)!;
        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().BeNull();
        lane.Wait(forRetry: true).Should().BeTrue();
        pool.Release(Slot.Common);

        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().Be(Slot.Common);
        later.Granted.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Slots_go_past_a_lane_without_room_and_its_retry_is_the_next_when_it_has_room(bool wasGranted)
    {
        var pool = Pool(max: 4, reserved: 0);
        Fill(pool, common: 4, reserved: 0);
        var lane = new LaneSlots(pool, Ignore);
        lane.Wait(forRetry: true).Should().BeTrue();
        var (next, last) = (pool.Queue(forRetry: false, Ignore)!, pool.Queue(forRetry: false, Ignore)!);
        if (wasGranted)
            pool.Release(Slot.Common);
        lane.Rest();
        if (!wasGranted)
            pool.Release(Slot.Common);
        next.Granted.Should().NotBeNull();
        lane.OwesRoom.Should().BeTrue("first attempts must not take all the room again");

        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().BeNull();
        pool.Release(Slot.Common);

        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().Be(Slot.Common);
        last.Granted.Should().BeNull();
        lane.OwesRoom.Should().BeFalse();
        pool.InUse.Should().Be(4);
    }

    [Fact]
    public void A_lane_that_rests_takes_what_became_free_meanwhile_and_leaves_nothing_behind()
    {
        var pool = Pool(max: 4, reserved: 0);
        Fill(pool, common: 4, reserved: 0);
        var lane = new LaneSlots(pool, Ignore);
        lane.Wait(forRetry: true).Should().BeTrue();
        lane.Rest();
        pool.Queue(forRetry: true, Ignore).Should().BeNull("the place is kept");
        pool.Release(Slot.Common);
        pool.InUse.Should().Be(3);

        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().Be(Slot.Common);
        lane.Wait(forRetry: true).Should().BeTrue();
        lane.Rest();
        lane.Leave();

        pool.Release(Slot.Common);
        pool.InUse.Should().Be(3);
    }

    [Fact]
    public void A_reserved_slot_that_comes_when_nothing_new_is_left_is_passed_on()
    {
        var pool = Pool(max: 2, reserved: 1);
        Fill(pool, common: 1, reserved: 1);
        var lane = new LaneSlots(pool, Ignore);
        lane.Wait(forRetry: false);
        pool.Release(Slot.Reserved);

        lane.Take(nextIsRetry: true, hasFirstAttempt: false).Should().BeNull();

        pool.InUse.Should().Be(1);
    }

    [Fact]
    public void Lanes_that_are_turned_away_come_back_one_after_the_other()
    {
        var pool = Pool(max: 4, reserved: 1);

        var rests = Enumerable.Range(0, 300).Select(_ => pool.TurnAway()).ToList();
        rests[0].Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1)).And.BeLessThan(TimeSpan.FromSeconds(1.25));
        rests[299].Should().BeGreaterThan(TimeSpan.FromSeconds(3.9)).And.BeLessThan(TimeSpan.FromSeconds(5));

        var many = Enumerable.Range(0, 5000).Select(_ => pool.TurnAway()).ToList();
        many.Should().OnlyContain(r => r <= TimeSpan.FromSeconds(12.5), "what is new in such a lane waits as long");

        _clock.Advance(TimeSpan.FromSeconds(10));
        pool.TurnAway().Should().BeLessThan(TimeSpan.FromSeconds(1.25), "the crowd has gone");
    }

    private SlotPool Pool(int max, int reserved) =>
        new(new DispatcherOptions { MaxConcurrency = max, ReservedForFirstAttempts = reserved }, _clock);

    private static void Ignore()
    {
        // Its turn is read from the ticket.
    }

    private static void Fill(SlotPool pool, int common, int reserved)
    {
        for (var i = 0; i < common; i++)
            pool.TryTake(Slot.Common).Should().BeTrue();
        for (var i = 0; i < reserved; i++)
            pool.TryTake(Slot.Reserved).Should().BeTrue();
    }
}
