using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What becomes of waiting deliveries is decided by the subscription as it is when they are sent.</summary>
public sealed class SubscriptionStateTests
{
    private static readonly RetryPolicy AfterAnHour = RetryPolicy.Fixed(3, TimeSpan.FromHours(1));

    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task An_answer_of_410_disables_the_subscription_and_dead_letters_what_waits()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("gone", 503, 410);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = AfterAnHour, _clock);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("gone"), s => s with { MaxConcurrency = 1 });
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        var disabled = await host.Subscriptions.FindAsync(subscription.Id);
        disabled!.Status.Should().Be(SubscriptionStatus.Disabled);
        disabled.StatusReason.Should().Contain("410");
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(2);
        (await host.DeliveriesAsync()).Select(d => d.DeadReason).Should().BeEquivalentTo([DeadReason.Gone, DeadReason.Disabled]);
        var nobody = await host.Publisher.PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        nobody.Targets.Should().Be(0);
    }

    [Fact]
    public async Task An_answer_of_410_is_a_failure_like_any_other_where_the_subscription_says_so()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("gone", 410, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = AfterAnHour, _clock);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("gone"), s => s with { DisableOnGone = false });
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Delivered);
        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Active);
    }

    [Theory]
    [InlineData(SubscriptionStatus.Inactive, DeliveryStatus.Cancelled)]
    [InlineData(SubscriptionStatus.Disabled, DeliveryStatus.Dead)]
    [InlineData(null, DeliveryStatus.Cancelled)]
    public async Task A_delivery_that_waits_ends_unsent_when_its_subscription_takes_nothing_more(SubscriptionStatus? status, DeliveryStatus end)
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 503);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = AfterAnHour, _clock);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        if (status is { } next)
            await host.Subscriptions.UpdateAsync(subscription with { Status = next });
        else
            await host.Subscriptions.RemoveAsync(subscription.Id);
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(1);
        (await host.DeliveryAsync()).Status.Should().Be(end);
    }

    [Fact]
    public async Task A_paused_subscription_keeps_what_waits_until_it_is_active_again()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Status = SubscriptionStatus.Paused });
        await host.PublishAsync();
        await host.PublishAsync();
        await host.Store.UntilAsync(() => host.Store.Released > 0 && host.Store.Held == 0);
        receiver.Requests.Should().BeEmpty();
        (await host.Store.MeasureAsync(default)).Waiting.Should().Be(2);

        // No time passes: what waits goes at once, and so does what is published next.
        await host.Subscriptions.UpdateAsync(subscription with { Status = SubscriptionStatus.Active });
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task What_a_paused_subscription_keeps_too_long_is_dead_lettered()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(o =>
        {
            o.Retry.Schedule = [TimeSpan.FromMinutes(1)];
            o.Retry.MaxAge = TimeSpan.FromHours(1);
        }, _clock);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Status = SubscriptionStatus.Paused });
        await host.PublishAsync();
        await host.Store.UntilAsync(() => host.Store.Released > 0 && host.Store.Held == 0);

        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilAsync(async s =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return (await s.MeasureAsync(default)).Waiting == 0;
        });

        receiver.Requests.Should().BeEmpty();
        (await host.DeliveryAsync()).DeadReason.Should().Be(DeadReason.Expired);
    }

    [Fact]
    public async Task The_url_is_read_when_sending()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("old", 500);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = AfterAnHour, _clock);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("old"));
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        await host.Subscriptions.UpdateAsync(subscription with { Url = receiver.UrlOf("new") });
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        receiver.RequestsTo("new").Should().ContainSingle();
    }

    [Fact]
    public async Task A_delivery_older_than_the_maximum_age_is_dead_lettered_unsent()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        var subscriptions = new InMemorySubscriptionStore();
        await using (var publisher = await SenderHost.StartAsync(o => o.Dispatcher.Enabled = false, _clock, store, subscriptions))
        {
            await publisher.SubscribeAsync(receiver.UrlOf("s"));
            await publisher.PublishAsync();
        }

        _clock.Advance(TimeSpan.FromHours(2));
        await using var host = await SenderHost.StartAsync(o =>
        {
            o.Retry.Schedule = [TimeSpan.FromMinutes(1)];
            o.Retry.MaxAge = TimeSpan.FromHours(1);
        }, _clock, store, subscriptions);
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().BeEmpty();
        (await host.DeliveryAsync()).DeadReason.Should().Be(DeadReason.Expired);
    }
}
