using WebhookKit.Tests.Testing.Harness;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What becomes of waiting deliveries is decided by the subscription as it is when they are sent.</summary>
public sealed class SubscriptionStateTests
{
    [Fact]
    public async Task An_answer_of_410_disables_the_subscription_and_dead_letters_what_waits()
    {
        await using var host = await StartAsync();
        host.Harness.Respond(503, 410);
        var subscription = await host.SubscribeAsync();
        await host.PublishAsync();
        await host.Harness.AdvanceAsync(TimeSpan.Zero);
        await host.PublishAsync();
        await host.Harness.AdvanceAsync(TimeSpan.Zero);

        var disabled = await host.Subscriptions.FindAsync(subscription.Id);
        disabled!.Status.Should().Be(SubscriptionStatus.Disabled);
        disabled.StatusReason.Should().Contain("410");
        await host.Harness.DrainAsync();

        host.Harness.Sent.Should().HaveCount(2);
        (await host.DeliveriesAsync()).Select(d => d.DeadReason).Should().BeEquivalentTo([DeadReason.Gone, DeadReason.Disabled]);
        var nobody = await host.Publisher.PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        nobody.Targets.Should().Be(0);
    }

    [Fact]
    public async Task An_answer_of_410_is_a_failure_like_any_other_where_the_subscription_says_so()
    {
        await using var host = await StartAsync();
        host.Harness.Respond(410, 200);
        var subscription = await host.SubscribeAsync(configure: s => s with { DisableOnGone = false });
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Delivered);
        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Active);
    }

    [Theory]
    [InlineData(null, "acme")]
    [InlineData("acme", null)]
    [InlineData("acme", "ACME")]
    public async Task What_waits_for_a_removed_subscription_never_goes_to_another_tenant_with_its_id(string? tenant, string? next)
    {
        await using var host = await StartAsync();
        host.Harness.Respond(503);
        var subscription = await host.SubscribeAsync(configure: s => s with { Tenant = tenant });
        await host.Publisher.PublishJsonAsync("thing.happened", "{}"u8.ToArray(), new PublishOptions { Tenant = tenant });
        await host.Harness.AdvanceAsync(TimeSpan.Zero);

        await host.Subscriptions.RemoveAsync(subscription.Id);
        await host.SubscribeAsync("https://example.com/other", s => s with { Id = subscription.Id, Tenant = next });
        await host.Harness.DrainAsync();

        host.Harness.Sent.Should().HaveCount(1);
        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Cancelled);
    }

    [Fact]
    public async Task An_answer_of_410_leaves_a_subscription_that_was_switched_off_meanwhile_as_it_is()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        host.Harness.Respond(_ =>
        {
            host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Inactive).GetAwaiter().GetResult();
            return 410;
        });
        await host.PublishAsync();
        await host.Harness.DrainAsync();

        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Inactive);
        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Cancelled);
    }

    [Fact]
    public async Task What_a_paused_subscription_keeps_too_long_is_dead_lettered()
    {
        await using var host = await HarnessHost.StartAsync(o =>
        {
            o.Retry.Schedule = [TimeSpan.FromMinutes(1)];
            o.Retry.MaxAge = TimeSpan.FromHours(1);
        });
        await host.SubscribeAsync(configure: s => s with { Status = SubscriptionStatus.Paused });
        await host.PublishAsync();

        await host.Harness.AdvanceAsync(TimeSpan.FromHours(1));
        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Waiting);
        await host.Harness.DrainAsync(TimeSpan.FromMinutes(2));

        host.Harness.Sent.Should().BeEmpty();
        (await host.DeliveryAsync()).DeadReason.Should().Be(DeadReason.Expired);
    }

    [Fact]
    public async Task The_url_is_read_when_sending()
    {
        await using var host = await StartAsync();
        host.Harness.RespondTo("https://example.com/old", 500);
        var subscription = await host.SubscribeAsync("https://example.com/old");
        await host.PublishAsync();
        await host.Harness.AdvanceAsync(TimeSpan.Zero);

        await host.Subscriptions.UpdateAsync(subscription with { Url = "https://example.com/new" });
        await host.Harness.DrainAsync();

        host.Harness.Sent.Select(sent => sent.Url.AbsolutePath).Should().Equal("/old", "/new");
    }

    [Fact]
    public async Task A_delivery_older_than_the_maximum_age_is_dead_lettered_unsent()
    {
        await using var host = await HarnessHost.StartAsync(o =>
        {
            o.Retry.Schedule = [TimeSpan.FromMinutes(1)];
            o.Retry.MaxAge = TimeSpan.FromHours(1);
        });
        await host.SubscribeAsync();
        await host.PublishAsync();

        host.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await host.Harness.DrainAsync();

        host.Harness.Sent.Should().BeEmpty();
        (await host.DeliveryAsync()).DeadReason.Should().Be(DeadReason.Expired);
    }

    private static Task<HarnessHost> StartAsync() => HarnessHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(3, TimeSpan.FromHours(1)));
}
