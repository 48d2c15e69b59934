using System.Collections.Concurrent;
using System.Security.Cryptography;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>Controls: the in-memory store passes every spec, and with one thing done wrongly it fails the specs that speak of it.</summary>
public sealed class BrokenStoreTests
{
    [Theory]
    [InlineData("Lease.A_lease_is_granted_to_one_worker_only")]
    [InlineData("Lease.Of_many_racing_workers_each_lane_has_one_holder")]
    [InlineData("Lease.A_renewed_lease_lasts_on")]
    [InlineData("Recovery.An_expired_lease_makes_the_lane_due_and_not_before")]
    public Task A_store_that_hands_a_lane_to_two_workers_is_found_out(string spec)
    {
        LeaseResult? given = null;
        return FailsAsync(spec, (call, _, right) =>
        {
            var answer = right();
            if (call != nameof(IWebhookStore.LeaseAsync) || answer is not ValueTask<LeaseResult> { IsCompletedSuccessfully: true } lease)
                return answer;
            var again = lease.Result.Lanes.Count == 0 ? Interlocked.Exchange(ref given, null) : null;
            if (again is null && lease.Result.Lanes.Count > 0)
                given = lease.Result;
            return new ValueTask<LeaseResult>(again ?? lease.Result);
        });
    }

    [Theory]
    [InlineData("Fencing.Anything_but_a_success_needs_the_current_token(Retry)")]
    [InlineData("Fencing.Anything_but_a_success_needs_the_current_token(Cancel)")]
    [InlineData("Settle.A_batch_answers_each_item_in_its_order")]
    [InlineData("Recovery.A_stale_failure_of_the_lone_delivery_does_not_end_the_suspicion")]
    public Task A_store_that_forgets_fencing_is_found_out(string spec)
    {
        var tokens = new ConcurrentDictionary<LaneId, LaneToken>();
        return FailsAsync(spec, (call, arguments, right) =>
        {
            if (arguments[0] is IReadOnlyList<Settlement> settlements)
                arguments[0] = settlements.Select(settlement => settlement with { Token = tokens[settlement.Lane] }).ToArray();
            var answer = right();
            if (answer is ValueTask<LeaseResult> { IsCompletedSuccessfully: true } lease)
            {
                foreach (var lane in lease.Result.Lanes)
                    tokens[lane.Lane] = lane.Token;
            }

            return answer;
        });
    }

    [Theory]
    [InlineData("Fencing.A_success_is_a_fact_whoever_holds_the_lane")]
    [InlineData("Fencing.A_success_ends_a_delivery_that_waits_again")]
    [InlineData("Fencing.A_success_recovers_a_delivery_that_was_dead_lettered_meanwhile")]
    public Task A_store_that_fences_successes_too_is_found_out(string spec)
    {
        var tokens = new ConcurrentDictionary<LaneId, LaneToken>();
        return FailsAsync(spec, (call, arguments, right) =>
        {
            if (arguments[0] is IReadOnlyList<Settlement> settlements && settlements.Any(s => tokens[s.Lane] != s.Token))
                return new ValueTask<IReadOnlyList<SettleOutcome>>([.. settlements.Select(_ => SettleOutcome.Stale)]);
            var answer = right();
            if (answer is ValueTask<LeaseResult> { IsCompletedSuccessfully: true } lease)
            {
                foreach (var lane in lease.Result.Lanes)
                    tokens[lane.Lane] = lane.Token;
            }

            return answer;
        });
    }

    [Theory]
    [InlineData("Settle.The_same_settlement_twice_in_one_batch_counts_once")]
    [InlineData("Settle.The_same_settlement_by_many_at_once_counts_once")]
    [InlineData("Settle.A_repeated_settlement_changes_nothing_even_after_the_delivery_moved_on")]
    [InlineData("Settle.A_batch_of_unknown_outcome_is_repeated_with_the_same_answers_and_changes_nothing")]
    [InlineData("DeliveryLog.Attempts_are_listed_oldest_first_and_as_they_were_logged")]
    public Task A_store_that_does_not_know_an_attempt_again_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<Settlement> settlements)
            arguments[0] = settlements.Select(s => s with { Attempt = s.Attempt is { } attempt ? attempt with { Id = NewId() } : null }).ToArray();
        return right();
    });

    [Theory]
    [InlineData("Enqueue.A_duplicate_adds_nothing_while_the_first_waits_or_after_it_ended")]
    [InlineData("Enqueue.A_message_twice_in_one_call_is_stored_once")]
    [InlineData("Enqueue.The_same_message_enqueued_by_many_at_once_is_stored_once")]
    [InlineData("Enqueue.What_is_leased_is_what_was_enqueued")]
    public Task A_store_that_does_not_know_a_message_again_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<EnqueueRequest> requests)
            arguments[0] = requests.Select(request => request with { Message = request.Message with { Id = NewId() } }).ToArray();
        return right();
    });

    [Theory]
    [InlineData("Refill.A_refill_goes_on_where_the_lease_stopped_and_never_gives_what_is_in_flight")]
    [InlineData("Refill.What_is_due_again_is_not_given_while_it_is_named_as_in_flight")]
    public Task A_store_that_gives_what_is_in_flight_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<LaneRefill> refills)
            arguments[0] = refills.Select(refill => refill with { InFlight = [] }).ToArray();
        return right();
    });

    [Theory]
    [InlineData("Refill.What_is_named_and_no_longer_waits_is_told_whatever_the_quota")]
    [InlineData("Cancel.The_holder_hears_with_a_refill_of_what_was_cancelled")]
    [InlineData("Erase.The_holder_hears_with_a_refill_of_what_was_erased")]
    public Task A_store_that_does_not_tell_what_has_ended_is_found_out(string spec) => FailsAsync(spec, (_, _, right) =>
        right() is var answer && answer is ValueTask<IReadOnlyList<LaneRefillResult>> { IsCompletedSuccessfully: true } refilled
            ? new ValueTask<IReadOnlyList<LaneRefillResult>>(refilled.Result.Select(result => result with { Ended = [] }).ToArray())
            : answer);

    [Theory]
    [InlineData("LongPoll.An_enqueue_wakes_a_waiting_worker")]
    [InlineData("LongPoll.A_due_time_wakes_a_waiting_worker_and_not_before")]
    public Task A_store_that_does_not_let_workers_wait_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is LeaseRequest request)
            arguments[0] = request with { MaxWait = TimeSpan.Zero };
        return right();
    });

    [Theory]
    [InlineData("DueTime.A_hold_lasts_whatever_is_enqueued_meanwhile(True)")]
    [InlineData("Hold.A_hold_decided_before_the_lane_was_woken_does_not_count")]
    [InlineData("Fairness.A_lane_that_is_held_back_does_not_keep_others_waiting")]
    public Task A_store_that_forgets_holds_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<LaneRelease> releases)
            arguments[0] = releases.Select(release => release with { Hold = TimeSpan.Zero }).ToArray();
        return right();
    });

    [Theory]
    [InlineData("Order.A_retry_keeps_its_place_and_nothing_overtakes_it")]
    [InlineData("Order.A_deferral_keeps_its_place_and_does_not_count")]
    [InlineData("Order.Cancelling_another_delivery_does_not_end_the_hold")]
    [InlineData("Order.A_lease_that_expires_does_not_end_the_hold")]
    [InlineData("LaneRecord.A_hold_that_keeps_order_is_told_with_and_without_a_holder")]
    public Task A_store_that_does_not_keep_order_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<Settlement> settlements)
            arguments[0] = settlements.Select(settlement => settlement with { HoldsLane = false }).ToArray();
        return right();
    });

    [Theory]
    [InlineData("Idempotency.The_same_key_with_the_same_content_is_answered_with_the_first_message")]
    [InlineData("Idempotency.The_same_key_with_other_content_in_one_call_is_refused_and_nothing_is_stored")]
    [InlineData("Idempotency.The_same_key_by_many_at_once_lets_one_message_in_and_answers_all_with_it")]
    [InlineData("Erase.Idempotency_keys_go_too")]
    public Task A_store_that_forgets_idempotency_keys_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<EnqueueRequest> requests)
            arguments[0] = requests.Select(request => request with { Idempotency = null }).ToArray();
        return right();
    });

    [Theory]
    [InlineData("Redelivery.A_dead_letter_is_recovered_once_however_often_it_is_asked")]
    [InlineData("Redelivery.A_dead_letter_is_recovered_once_by_many_at_once")]
    [InlineData("Redelivery.Once_leaves_out_what_waits")]
    [InlineData("Redelivery.Each_of_a_call_sees_those_before_it")]
    public Task A_store_that_repeats_what_was_repeated_is_found_out(string spec) => FailsAsync(spec, (_, arguments, right) =>
    {
        if (arguments[0] is IReadOnlyList<Redelivery> redeliveries)
        {
            arguments[0] = redeliveries.Select(redelivery => redelivery.Repeats is { } repeats
                ? Redelivery.Of(repeats, once: false)
                : Redelivery.To(redelivery.MessageId!, redelivery.Subscription!.Value, once: false)).ToArray();
        }

        return right();
    });

    private static async Task FailsAsync(string id, Tampering tampering)
    {
        await StoreSpecCatalog.RunAsync(id, new TamperedFixture((_, _, right) => right()));

        var broken = new TamperedFixture(tampering);
        var failure = await FluentActions.Awaiting(() => StoreSpecCatalog.RunAsync(id, broken)).Should().ThrowAsync<SpecFailedException>();

        failure.Which.Spec.Should().Be(id);
        failure.Which.Message.Should().StartWith(id).And.Contain("expected: ").And.Contain("actual: ");
        broken.IsDisposed.Should().BeTrue();
    }

    private static Guid NewId() => new(RandomNumberGenerator.GetBytes(16));
}
