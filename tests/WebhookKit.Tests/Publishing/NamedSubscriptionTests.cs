namespace WebhookKit.Tests.Publishing;

public sealed class NamedSubscriptionTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Exactly_those_that_are_named_get_it_whatever_their_patterns_and_filters()
    {
        await _host.SubscribeAsync("*");
        var other = await _host.SubscribeAsync("car.moved");
        var filtered = await _host.SubscribeAsync("raw.made");
        await _host.Subscriptions.UpdateAsync(filtered with { Filter = [AttributeCondition.Exists("no.such")] });

        (await PublishAsync(other.Id, filtered.Id, other.Id)).Targets.Should().Be(2, "each gets it once");

        (await _host.LeasedAsync()).Select(d => d.Subscription).Should().BeEquivalentTo(new SubscriptionId?[] { other.Id, filtered.Id });
    }

    [Fact]
    public async Task Paused_ones_wait_inactive_and_disabled_ones_get_nothing()
    {
        var ids = new List<SubscriptionId>();
        foreach (var status in Enum.GetValues<SubscriptionStatus>())
        {
            var subscription = await _host.SubscribeAsync("*");
            ids.Add((await _host.Subscriptions.UpdateAsync(subscription with { Status = status })).Id);
        }

        (await PublishAsync([.. ids])).Targets.Should().Be(2);

        (await _host.LeasedAsync()).Select(d => d.Subscription).Should().BeEquivalentTo(
            new SubscriptionId?[] { ids[(int)SubscriptionStatus.Active], ids[(int)SubscriptionStatus.Paused] });
    }

    [Fact]
    public async Task One_that_does_not_exist_and_one_of_another_tenant_cannot_be_told_apart()
    {
        var good = await _host.SubscribeAsync("*");
        var foreign = await _host.SubscribeAsync("*", "acme");
        var unknown = new SubscriptionId(Guid.Parse("0198f3a0-0000-7000-8000-000000000001"));

        var errors = await _host.RefusedAsync(p => p.PublishAsync(
            new InspectionCompleted(1, "A"), new PublishOptions { Subscriptions = [foreign.Id, good.Id, unknown, default] }));

        errors.Select(e => e.Field).Should().Equal("Subscriptions[0]", "Subscriptions[2]", "Subscriptions[3]");
        errors.Should().OnlyContain(e => e.Code == WebhookErrorCode.UnknownSubscription);
        errors[0].Problem.Replace(foreign.Id.ToString(), "x", StringComparison.Ordinal)
            .Should().Be(errors[1].Problem.Replace(unknown.ToString(), "x", StringComparison.Ordinal));
        errors[0].Remedy.Should().Be(errors[1].Remedy);
    }

    [Fact]
    public async Task A_subscription_of_the_host_is_not_one_of_every_tenant()
    {
        var own = await _host.SubscribeAsync("*");

        (await _host.RefusedAsync(p => p.PublishAsync(
            new InspectionCompleted(1, "A"), new PublishOptions { Tenant = "acme", Subscriptions = [own.Id] }))).Should().ContainSingle();
    }

    [Fact]
    public async Task Faults_of_many_events_come_in_the_order_of_the_events()
    {
        var unknown = new PublishOptions { Subscriptions = [default] };

        var errors = await _host.RefusedAsync(p => p.PublishManyAsync(
        [
            PublishRequest.Json("no.such", "{}"u8.ToArray(), unknown),
            PublishRequest.Of(new InspectionCompleted(1, "A"), unknown),
            PublishRequest.Of(new Unregistered(1)),
            PublishRequest.Of(new InspectionCompleted(1, "A"), unknown with { Tenant = "" }),
        ]));

        errors.Select(e => e.Field).Should().Equal(
            "Events[0].EventType", "Events[0].Subscriptions[0]", "Events[1].Subscriptions[0]", "Events[2].Data", "Events[3].Tenant");
    }

    [Fact]
    public async Task Some_events_of_a_call_can_be_addressed_and_others_not()
    {
        var all = await _host.SubscribeAsync("*");
        var none = await _host.SubscribeAsync("car.moved");

        var results = await _host.Publisher.PublishManyAsync(
        [
            PublishRequest.Of(new InspectionCompleted(1, "A")),
            PublishRequest.Of(new InspectionCompleted(2, "A"), new PublishOptions { Subscriptions = [none.Id, all.Id] }),
            PublishRequest.Of(new Moved(1), new PublishOptions { EventType = "car.moved" }),
            PublishRequest.Of(new InspectionCompleted(3, "A"), new PublishOptions { Subscriptions = [] }),
        ]);

        results.Select(r => r.Targets).Should().Equal(1, 2, 2, 0);
    }

    [Fact]
    public async Task An_empty_list_names_nobody()
    {
        await _host.SubscribeAsync("*");

        (await PublishAsync()).Targets.Should().Be(0);
        (await _host.PublishAsync(new PublishOptions { Destinations = [] })).Targets.Should().Be(0);
    }

    [Fact]
    public async Task At_most_1000_are_named() =>
        (await _host.RefusedAsync(p => p.PublishAsync(
            new InspectionCompleted(1, "A"), new PublishOptions { Subscriptions = new SubscriptionId[1001], Destinations = new WebhookDestination[1001] })))
            .Select(e => (e.Field, e.Code)).Should().Equal(("Subscriptions", WebhookErrorCode.OutOfRange), ("Destinations", WebhookErrorCode.OutOfRange));

    private Task<PublishResult> PublishAsync(params SubscriptionId[] named) => _host.PublishAsync(new PublishOptions { Subscriptions = named });
}
