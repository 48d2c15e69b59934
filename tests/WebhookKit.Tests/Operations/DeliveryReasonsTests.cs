using WebhookKit.Operations;

namespace WebhookKit.Tests.Operations;

public sealed class DeliveryReasonsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly SubscriptionId Target = new(Guid.NewGuid());
    private static readonly Subscription Active = new() { Id = Target, Url = "https://example.com", Events = [EventPattern.All] };
    private static readonly LaneRecord Free = new() { Lane = LaneId.Of(Target), Waiting = 1, Head = new DeliveryId(7), Now = Now };
    private static readonly LaneRecord Held = Free with { HeldBy = "node/1", LeasedUntil = Now + (30 * Second) };

    private static readonly DeliveryRecord Due = new()
    {
        Id = new DeliveryId(7), MessageId = "msg_1", EventType = "thing.happened", Subscription = Target, Status = DeliveryStatus.Waiting,
        AttemptsMade = 0, EnqueuedAt = Now - Second, DueAt = Now - Second,
    };

    private static readonly DeliveryRecord Failed = Due with
    {
        AttemptsMade = 2, LastOutcome = AttemptOutcome.RefusedByStatus, LastStatusCode = 503, DueAt = Now + (300 * Second),
    };

    [Fact]
    public void One_that_was_accepted_has_ended() =>
        Should(
            Due with { Status = DeliveryStatus.Delivered, AttemptsMade = 3, EndedAt = Now }, null, Free, DeliveryReason.Delivered, null,
            "2030-01-01 12:00:00", "attempt 3");

    [Theory]
    [InlineData(DeadReason.Exhausted, "retry policy", "RefusedByStatus with status 503")]
    [InlineData(DeadReason.Expired, "maximum age", "RefusedByStatus with status 503")]
    [InlineData(DeadReason.Disabled, "disabled", "2030")]
    [InlineData(DeadReason.Gone, "410", "2030")]
    [InlineData(DeadReason.Suspect, "three times", "2030")]
    public void One_that_is_dead_says_of_what(DeadReason reason, string why, string last) =>
        Should(
            Failed with { Status = DeliveryStatus.Dead, DeadReason = reason, EndedAt = Now, DueAt = null }, Active, Free, DeliveryReason.Dead, null, why, last);

    [Fact]
    public void One_that_was_sent_again_says_as_what() =>
        Should(
            Failed with { Status = DeliveryStatus.Dead, DeadReason = DeadReason.Exhausted, RepeatedAs = new DeliveryId(42) }, Active, Free,
            DeliveryReason.Dead, null, "dlv_42");

    [Fact]
    public void One_that_was_cancelled_has_ended() =>
        Should(Due with { Status = DeliveryStatus.Cancelled, EndedAt = Now }, Active, Free, DeliveryReason.Cancelled, null, "cancelled");

    [Fact]
    public void One_that_waits_for_its_retry_says_until_when_and_what_failed() =>
        Should(Failed, Active, Free, DeliveryReason.WaitsForRetry, Failed.DueAt, "attempt 3", "2030-01-01 12:05:00", "503");

    [Fact]
    public void One_whose_retry_comes_before_the_lane_is_free_waits_for_the_lane() =>
        Should(Failed, Active, Free with { HeldUntil = Now + (600 * Second) }, DeliveryReason.WaitsForRetry, Now + (600 * Second), "12:10:00");

    [Fact]
    public void One_that_was_put_off_is_not_due_yet() =>
        Should(Due with { DueAt = Now + Second }, Active, Held, DeliveryReason.NotDueYet, Now + Second);

    [Fact]
    public void One_that_failed_on_this_side_says_so() =>
        Should(
            Due with { DueAt = Now + Second, LastOutcome = AttemptOutcome.SenderError }, Active, Held, DeliveryReason.NotDueYet, Now + Second, "SenderError");

    [Fact]
    public void A_pause_comes_before_everything_else_and_says_why() =>
        Should(
            Failed, Active with { Status = SubscriptionStatus.Paused, StatusReason = "at their wish" }, Held, DeliveryReason.SubscriptionPaused, null,
            "at their wish");

    [Fact]
    public void A_subscription_that_takes_nothing_more_says_what_comes_of_it()
    {
        Should(Due, null, Free, DeliveryReason.SubscriptionRemoved, null, "cancelled at its next turn");
        Should(Failed, Active with { Status = SubscriptionStatus.Inactive }, Free, DeliveryReason.SubscriptionInactive, null, "2030-01-01 12:05:00");
        Should(
            Due, Active with { Status = SubscriptionStatus.Disabled, StatusReason = "410" }, Free with { HeldUntil = Now + (60 * Second) },
            DeliveryReason.SubscriptionDisabled, null, "(410)", "dead-lettered", "12:01:00");
    }

    [Fact]
    public void One_in_a_lane_that_is_held_back_says_until_when() =>
        Should(Due, Active, Free with { HeldUntil = Now + (60 * Second) }, DeliveryReason.LaneHeld, Now + (60 * Second), "12:01:00");

    [Fact]
    public void One_behind_the_head_of_a_lane_that_keeps_order_names_the_head() =>
        Should(
            Due, Active with { Order = DeliveryOrder.SkipExhausted }, Free with { Head = new DeliveryId(3), HeldUntil = Now + (60 * Second) },
            DeliveryReason.LaneHeld, Now + (60 * Second), "order", "dlv_3");

    [Fact]
    public void The_head_of_a_lane_that_a_worker_holds_is_being_sent() =>
        Should(Due, Active, Held, DeliveryReason.BeingSent, Now, "node/1");

    [Fact]
    public void One_further_back_says_how_many_wait_with_it() =>
        Should(Due, Active, Held with { Head = new DeliveryId(3), Waiting = 12 }, DeliveryReason.BehindOthers, Now, "node/1", "11 others");

    [Fact]
    public void One_just_due_is_about_to_be_taken() => Should(Due, Active, Free, DeliveryReason.AboutToBeTaken, Now);

    [Fact]
    public void One_long_due_that_nobody_takes_hints_at_the_dispatcher()
    {
        Should(Due with { DueAt = Now - (61 * Second) }, Active, Free, DeliveryReason.NobodyTakesIt, Now, "Dispatcher:Enabled", "11:58:59");
        Should(Due with { DueAt = Now - (3600 * Second) }, Active, Free with { HeldUntil = Now - Second }, DeliveryReason.AboutToBeTaken, Now);
        Should(Due with { DueAt = Now - (3600 * Second) }, Active, Held with { LeasedUntil = Now - Second }, DeliveryReason.AboutToBeTaken, Now);
        Should(Due with { DueAt = Now - (3600 * Second) }, Active, Held with { LeasedUntil = Now - (61 * Second) }, DeliveryReason.NobodyTakesIt, Now);
    }

    private static void Should(
        DeliveryRecord delivery, Subscription? subscription, LaneRecord lane, DeliveryReason reason, DateTimeOffset? next, params string[] parts)
    {
        var explained = DeliveryReasons.Explain(delivery, subscription, lane);

        (explained.Reason, explained.NextAttemptAt, explained.Delivery).Should().Be((reason, next, delivery));
        explained.Text.Should().EndWith(".").And.NotContain("  ").And.NotContain(" .").And.NotContain("..");
        foreach (var part in parts)
            explained.Text.Should().Contain(part);
    }
}
