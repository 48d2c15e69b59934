using WebhookKit.InMemory;

namespace WebhookKit.Tests.InMemory;

/// <summary>What happens between two steps of a large fan-out, at each point where others get the lock.</summary>
public sealed class ExpansionTests : InMemoryStoreTests
{
    private const int Targets = 2_500;
    private readonly StoreContents _contents = new(new InMemoryStoreOptions());

    [Fact]
    public void A_step_makes_a_thousand_deliveries_and_all_of_them_wait_from_the_first()
    {
        var expansion = Admit(Large());

        var known = new List<int>();
        do
            known.Add(Count(_contents));
        while (!expansion.Step(_contents, now: 0));

        known.Should().Equal(0, 1_000, 2_000);
        Count(_contents).Should().Be(Targets);
        _contents.Waiting.Deliveries.Should().Be(Targets);
    }

    [Fact]
    public void Many_small_messages_of_one_call_are_expanded_in_steps_too()
    {
        var expansion = Admit([.. Enumerable.Range(0, 30).Select(lane => Request(lane, targets: 100))]);

        expansion.Step(_contents, now: 0).Should().BeFalse();

        Count(_contents).Should().Be(1_000);
        _contents.Waiting.Deliveries.Should().Be(3_000);
        Finish(expansion);
        Count(_contents).Should().Be(3_000);
    }

    [Fact]
    public void A_subscription_whose_delivery_is_still_to_be_has_it_already()
    {
        var last = new SubscriptionId(Lane(99).Value);
        var request = Large();
        request = request with { Targets = [.. request.Targets, DeliveryTarget.To(last)] };
        var expansion = Admit(request);
        expansion.Step(_contents, now: 0);

        Redeliver(Redelivery.To(request.Message.PublicId, last, once: true)).Should().Be(RedeliveryOutcome.LeftOut);

        Finish(expansion);
        Count(_contents, last).Should().Be(1);
    }

    [Fact]
    public void A_message_that_all_known_deliveries_of_ended_and_are_forgotten_still_gets_the_others()
    {
        var contents = new StoreContents(new InMemoryStoreOptions { MaxHistory = 0 });
        var request = Large();
        var expansion = Admit(contents, request);
        expansion.Step(contents, now: 0);
        while (contents.Deliveries.Newest is { } delivery)
            contents.End(delivery, DeliveryStatus.Delivered, reason: null, now: 1);

        contents.Messages.TryGet(request.Message.Id, out _).Should().BeTrue();
        contents.Waiting.Deliveries.Should().Be(Targets - 1_000);
        Finish(contents, expansion);

        Count(contents).Should().Be(Targets - 1_000);
    }

    [Fact]
    public void What_is_erased_between_two_steps_gets_no_more_deliveries_and_frees_its_room()
    {
        var request = Large();
        var expansion = Admit(request, Request(lane: 7));
        expansion.Step(_contents, now: 0);
        _contents.Messages.TryGet(request.Message.Id, out var message).Should().BeTrue();

        while (!message!.Forgotten)
            _contents.Erase(message, most: 300, now: 1);

        _contents.Waiting.Deliveries.Should().Be(1);
        Finish(expansion);
        Count(_contents).Should().Be(1, "the other message of the call is not affected");
    }

    [Fact]
    public void What_is_erased_before_the_first_step_never_comes_to_be()
    {
        var request = Large();
        var expansion = Admit(request);

        new Removal(_contents).Erase(request.Message.Tenant, limit: 1, now: 1).Should().Be(new RemovalResult(1, HasMore: false));

        Finish(expansion);
        Count(_contents).Should().Be(0);
        _contents.Waiting.Should().BeEquivalentTo(new { Messages = 0, Deliveries = 0, Bytes = 0 });
    }

    [Fact]
    public void Trimming_between_two_steps_takes_nothing_that_waits()
    {
        var request = Large();
        var expansion = Admit(request);
        expansion.Step(_contents, now: 0);

        new Removal(_contents).Trim(new TrimRequest { Data = TimeSpan.Zero, Log = TimeSpan.Zero, Limit = 10_000 }, now: 1)
            .Should().Be(new RemovalResult(0, HasMore: false));

        Finish(expansion);
        _contents.Messages.TryGet(request.Message.Id, out var message).Should().BeTrue();
        message!.DataGone.Should().BeFalse();
    }

    [Fact]
    public void The_delay_of_a_late_step_counts_from_the_acceptance()
    {
        var expansion = Admit(Request(targets: 1_500, delay: TimeSpan.FromTicks(100)));
        expansion.Step(_contents, now: 0);

        expansion.Step(_contents, now: 70);

        _contents.Deliveries.Newest!.Due.Should().Be(100);
        _contents.Deliveries.Newest.EnqueuedAt.Should().Be(0);
    }

    [Fact]
    public async Task Room_is_reserved_for_all_before_the_first_step()
    {
        Open(options => options.MaxDeliveries = Targets + 1);
        var large = Store.EnqueueAsync([Large()], default);

        var refused = await FluentActions.Awaiting(() => EnqueueAsync(Request(targets: 2))).Should().ThrowAsync<QueueFullException>();

        refused.Which.Message.Should().Contain(nameof(InMemoryStoreOptions.MaxDeliveries));
        (await large)[0].Outcome.Should().Be(EnqueueOutcome.Accepted);
        await EnqueueAsync(Request());
    }

    [Fact]
    public async Task A_large_message_that_does_not_fit_is_refused_as_a_whole()
    {
        Open(options => options.MaxDeliveries = Targets - 1);

        await FluentActions.Awaiting(() => EnqueueAsync(Large())).Should().ThrowAsync<QueueFullException>();

        (await WaitingAsync()).Should().Be(0);
        (await ListAsync()).Should().BeEmpty();
    }

    private static EnqueueRequest Large() => Request(targets: Targets);

    private static int Count(StoreContents contents, SubscriptionId? subscription = null)
    {
        var count = 0;
        for (var delivery = contents.Deliveries.Newest; delivery is not null; delivery = delivery.InLog.Older)
            count += subscription is null || delivery.Recipient.Subscription == subscription ? 1 : 0;
        return count;
    }

    private static Expansion Admit(StoreContents contents, params EnqueueRequest[] requests)
    {
        var admission = new Admission(contents);
        admission.Decide(requests, now: 0);
        admission.Refusal.Should().BeNull();
        return admission.Admit(now: 0);
    }

    private static void Finish(StoreContents contents, Expansion expansion)
    {
        while (!expansion.Step(contents, now: 2))
            contents.Waiting.Deliveries.Should().BePositive();
    }

    private Expansion Admit(params EnqueueRequest[] requests) => Admit(_contents, requests);

    private void Finish(Expansion expansion) => Finish(_contents, expansion);

    private RedeliveryOutcome Redeliver(Redelivery redelivery)
    {
        var plan = new Redeliveries(_contents, [redelivery]);
        return plan.CarryOut(now: 1)[0].Outcome;
    }
}
