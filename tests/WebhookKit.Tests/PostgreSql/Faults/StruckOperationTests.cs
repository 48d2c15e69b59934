namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>What operators and hosts do to deliveries and subscriptions, cut at every message.</summary>
public sealed class StruckOperationTests : StruckCalls
{
    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_cancelled_delivery_is_cancelled_and_its_lane_goes_on(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            var (cancelled, left) = (Request(lane: 1), Request(lane: 1));
            await EnqueueAsync(cancelled, left);
            return (Cancelled: await DeliveryOfAsync(cancelled), Left: await DeliveryOfAsync(left));
        },
        given => Struck.CancelAsync([given.Cancelled], CancellationToken.None).AsTask(),
        async (given, _) =>
        {
            await Struck.CancelAsync([given.Cancelled], CancellationToken.None);

            (await FindAsync(given.Cancelled)).Status.Should().Be(DeliveryStatus.Cancelled);
            (await WorkAsync()).Should().ContainSingle().Which.Id.Should().Be(given.Left);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_cancelled_message_is_cancelled_whole(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            var request = Request(Target(1), Target(2));
            await EnqueueAsync(request);
            return request;
        },
        request => Struck.CancelMessageAsync(request.Message.PublicId, 10, CancellationToken.None).AsTask(),
        async (request, _) =>
        {
            (await Struck.CancelMessageAsync(request.Message.PublicId, 10, CancellationToken.None)).HasMore.Should().BeFalse();

            foreach (var delivery in await DeliveriesOfAsync(request))
                (await FindAsync(delivery)).Status.Should().Be(DeliveryStatus.Cancelled);
            (await WorkAsync()).Should().BeEmpty();
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_redelivery_asked_for_once_is_made_once(Blow blow) => AtEveryMessageAsync(
        blow,
        _ => EndedAsync(DeliveryStatus.Dead),
        dead => Struck.RedeliverAsync([Redelivery.Of(dead, once: true)], CancellationToken.None).AsTask(),
        async (dead, _) =>
        {
            await Struck.RedeliverAsync([Redelivery.Of(dead, once: true)], CancellationToken.None);

            var made = (await WorkAsync()).Should().ContainSingle().Subject;
            (await FindAsync(made.Id)).Status.Should().Be(DeliveryStatus.Delivered);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_redelivery_is_made_if_the_call_returns_and_never_twice(Blow blow) => AtEveryMessageAsync(
        blow,
        _ => EndedAsync(DeliveryStatus.Dead),
        dead => Struck.RedeliverAsync([Redelivery.Of(dead, once: false)], CancellationToken.None).AsTask(),
        async (_, failure) =>
        {
            await Struck.MeasureAsync(CancellationToken.None);

            (await WorkAsync()).Count.Should().BeInRange(failure is null ? 1 : 0, 1);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_subscription_is_changed_or_not_and_every_node_sees_the_same(Blow blow) => AtEveryMessageAsync(
        blow,
        async n => await Subscriptions.AddAsync(
            new Subscription
            {
                Id = new SubscriptionId(Guid.CreateVersion7()), Url = "https://receiver.example/", Name = $"number {n}", Events = [EventPattern.All],
            },
            CancellationToken.None),
        subscription => StruckSubscriptions.UpdateAsync(subscription with { Name = "changed" }, CancellationToken.None).AsTask(),
        async (subscription, failure) =>
        {
            var struck = await StruckSubscriptions.FindAsync(subscription.Id, CancellationToken.None);
            var sound = await Subscriptions.FindAsync(subscription.Id, CancellationToken.None);

            (struck!.Name, struck.Version).Should().Be((sound!.Name, sound.Version));
            if (failure is null)
                sound.Name.Should().Be("changed");
            var changed = await StruckSubscriptions.UpdateAsync(sound with { Name = "again" }, CancellationToken.None);
            (await Subscriptions.FindAsync(subscription.Id, CancellationToken.None)).Should().BeEquivalentTo(
                new { Name = "again", changed.Version }, o => o.ExcludingMissingMembers());
        });
}
