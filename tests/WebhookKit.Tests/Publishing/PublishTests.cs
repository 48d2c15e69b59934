using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace WebhookKit.Tests.Publishing;

public sealed class PublishTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_event_goes_to_the_subscriptions_that_match_it()
    {
        await _host.SubscribeAsync("inspection.*");
        await _host.SubscribeAsync("car.moved");
        await _host.SubscribeAsync("*", tenant: "acme");

        var result = await _host.Publisher.PublishAsync(new InspectionCompleted(7, "Ada"));

        result.Targets.Should().Be(1);
        result.MessageId.Should().MatchRegex("^msg_[0-9a-f]{32}$");
        var message = (await _host.QueuedAsync()).Should().ContainSingle().Subject;
        message.PublicId.Should().Be(result.MessageId);
        message.EventType.Should().Be("inspection.completed");
        message.Timestamp.Should().Be(_host.Clock.GetUtcNow());
        Text(message).Should().Be("""{"id":7,"inspector":"Ada"}""", "data is camel case unless the host says otherwise");
    }

    [Fact]
    public async Task An_event_that_nobody_asked_for_is_accepted_with_no_targets()
    {
        (await _host.Publisher.PublishAsync(new InspectionCompleted(7, "Ada"))).Targets.Should().Be(0);
        (await _host.Log.MeasureAsync(default)).Waiting.Should().Be(0);
    }

    [Fact]
    public async Task JSON_is_kept_byte_for_byte()
    {
        await _host.SubscribeAsync("raw.made");
        var json = " { \"a\" : 1.00, \"a\":\"\\u00e9é\" }\n"u8.ToArray();

        await _host.Publisher.PublishJsonAsync("raw.made", json);
        var published = Encoding.UTF8.GetString(json);
        Array.Clear(json);

        Text((await _host.QueuedAsync())[0]).Should().Be(published);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    public async Task Any_JSON_value_can_be_published(string json) =>
        (await _host.Publisher.PublishJsonAsync("raw.made", Encoding.UTF8.GetBytes(json))).MessageId.Should().NotBeEmpty();

    [Fact]
    public async Task A_typed_event_type_can_be_published_as_JSON_too() =>
        (await _host.Publisher.PublishJsonAsync("inspection.completed", "{}"u8.ToArray())).MessageId.Should().NotBeEmpty();

    [Fact]
    public async Task The_publisher_can_say_when_it_happened_and_for_whom()
    {
        await _host.SubscribeAsync("*", tenant: "acme");
        var happened = new DateTimeOffset(2029, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));

        var result = await _host.Publisher.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { Tenant = "acme", Timestamp = happened });

        result.Targets.Should().Be(1);
        var message = (await _host.QueuedAsync())[0];
        message.Tenant.Should().Be("acme");
        message.Timestamp.Should().Be(happened);
        message.Timestamp.Offset.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_type_that_serves_several_events_needs_the_event_type_named()
    {
        await _host.SubscribeAsync("car.stopped");

        (await _host.Publisher.PublishAsync(new Moved(3), new PublishOptions { EventType = "car.stopped" })).Targets.Should().Be(1);
    }

    [Fact]
    public async Task A_derived_object_published_as_its_registered_base_is_written_by_the_contract_of_the_base()
    {
        await _host.SubscribeAsync("animal.seen");

        await _host.Publisher.PublishAsync<Animal>(new Dog("Rex", Barks: true));
        await _host.Publisher.PublishManyAsync([PublishRequest.Of<Animal>(new Dog("Tim", Barks: false))]);

        (await _host.QueuedAsync()).Select(Text).Should().Equal(
            """{"$type":"dog","barks":true,"name":"Rex"}""", """{"$type":"dog","barks":false,"name":"Tim"}""");
    }

    [Fact]
    public async Task Many_events_are_answered_in_their_order()
    {
        await _host.SubscribeAsync("car.moved");

        var results = await _host.Publisher.PublishManyAsync(
        [
            PublishRequest.Of(new InspectionCompleted(1, "A")),
            PublishRequest.Of(new Moved(1), new PublishOptions { EventType = "car.moved" }),
            PublishRequest.Json("raw.made", "{}"u8.ToArray()),
        ]);

        results.Select(r => r.Targets).Should().Equal(0, 1, 0);
        results.Select(r => r.MessageId).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task An_event_can_go_to_very_many()
    {
        var store = _host.Services.GetRequiredService<ISubscriptionStore>();
        for (var i = 0; i < 2_500; i++)
        {
            var id = new SubscriptionId(new Guid(i + 1, 0, 0, new byte[8]));
            await store.AddAsync(new Subscription { Id = id, Url = "https://example.com/", Events = [EventPattern.All, EventPattern.Parse("a")] }, default);
        }

        (await _host.PublishAsync(new PublishOptions())).Targets.Should().Be(2_500);

        var listed = await _host.Log.ListMessagesAsync(new MessageQuery(), default);
        listed.Items.Should().ContainSingle().Which.Targets.Should().Be(2_500);
    }

    [Fact]
    public async Task No_events_at_all_are_no_fault() => (await _host.Publisher.PublishManyAsync([])).Should().BeEmpty();

    [Fact]
    public async Task A_change_of_a_subscription_counts_for_the_very_next_publish()
    {
        var subscription = await _host.SubscribeAsync("inspection.completed");
        var targets = new List<int> { await PublishAsync() };

        subscription = await _host.Subscriptions.UpdateAsync(subscription with { Events = [EventPattern.Parse("car.*")] });
        targets.Add(await PublishAsync());
        subscription = await _host.Subscriptions.UpdateAsync(subscription with { Events = [EventPattern.Group("Inspection")] });
        targets.Add(await PublishAsync());
        subscription = await _host.Subscriptions.UpdateAsync(subscription with { Status = SubscriptionStatus.Inactive });
        targets.Add(await PublishAsync());
        subscription = await _host.Subscriptions.UpdateAsync(subscription with { Status = SubscriptionStatus.Paused });
        targets.Add(await PublishAsync());
        await _host.Subscriptions.RemoveAsync(subscription.Id);
        targets.Add(await PublishAsync());

        targets.Should().Equal(1, 0, 1, 0, 1, 0);

        async Task<int> PublishAsync() => (await _host.Publisher.PublishAsync(new InspectionCompleted(1, "A"))).Targets;
    }

    [Fact]
    public async Task Message_ids_have_the_configured_form()
    {
        await using var host = new PublishingHost(o => (o.Publishing.MessageIdPrefix, o.Publishing.MessageIdHyphens) = ("wh-", true));

        (await host.Publisher.PublishAsync(new InspectionCompleted(1, "A"))).MessageId.Should().MatchRegex("^wh-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
    }

    [Fact]
    public async Task A_caller_who_has_given_up_publishes_nothing()
    {
        await _host.SubscribeAsync("*");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await FluentActions.Invoking(() => _host.Publisher.PublishAsync(new InspectionCompleted(1, "A"), cancellationToken: cancelled.Token))
            .Should().ThrowAsync<OperationCanceledException>();
        (await _host.Log.MeasureAsync(default)).Waiting.Should().Be(0);
    }

    [Fact]
    public async Task A_full_store_refuses_many_events_as_a_whole()
    {
        await using var host = new PublishingHost(o => o.InMemory.MaxMessages = 2);
        await host.SubscribeAsync("*");

        var three = Enumerable.Range(0, 3).Select(i => PublishRequest.Of(new InspectionCompleted(i, "A")));
        await FluentActions.Invoking(() => host.Publisher.PublishManyAsync(three))
            .Should().ThrowAsync<QueueFullException>();
        (await host.Log.MeasureAsync(default)).Waiting.Should().Be(0);
    }

    private static string Text(WebhookMessage message) => Encoding.UTF8.GetString(message.Data.Span);
}
