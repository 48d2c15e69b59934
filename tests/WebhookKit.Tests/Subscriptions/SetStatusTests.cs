using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Subscriptions;

public sealed class SetStatusTests : IAsyncDisposable
{
    private static readonly Subscription New = new() { Url = "https://example.com/hook", Events = [EventPattern.All] };

    private readonly PublishingHost _host = new();

    private IWebhookSubscriptions Subscriptions => _host.Subscriptions;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(SubscriptionStatus.Active, null)]
    [InlineData(SubscriptionStatus.Paused, null)]
    [InlineData(SubscriptionStatus.Paused, "at their wish")]
    [InlineData(SubscriptionStatus.Inactive, null)]
    [InlineData(SubscriptionStatus.Disabled, "it failed for days")]
    public async Task A_status_is_set_with_its_reason_from_any_other(SubscriptionStatus status, string? reason)
    {
        foreach (var before in Enum.GetValues<SubscriptionStatus>().Where(s => s != status))
        {
            var created = await Subscriptions.CreateAsync(New with { Status = before });
            _host.Clock.Advance(TimeSpan.FromMinutes(1));

            var set = (await Subscriptions.SetStatusAsync(created.Id, status, reason))!;

            (set.Status, set.StatusReason, set.Version, set.UpdatedAt).Should().Be((status, reason, 2, _host.Clock.GetUtcNow()));
            (await Subscriptions.FindAsync(created.Id)).Should().Be(set);
        }
    }

    [Fact]
    public async Task Setting_it_again_changes_nothing_and_keeps_the_reason()
    {
        var created = await Subscriptions.CreateAsync(New);
        var paused = await Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Paused, "why");

        (await Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Paused)).Should().Be(paused);
        (await Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Paused, "why")).Should().Be(paused);
        (await Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Paused, "better"))!.StatusReason.Should().Be("better");
    }

    [Fact]
    public async Task The_reason_of_one_status_is_not_that_of_the_next()
    {
        var created = await Subscriptions.CreateAsync(New);
        await Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Disabled, "why");

        (await Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Paused))!.StatusReason.Should().BeNull();
    }

    [Fact]
    public async Task There_may_be_no_such_subscription() =>
        (await Subscriptions.SetStatusAsync(new SubscriptionId(Guid.NewGuid()), SubscriptionStatus.Paused)).Should().BeNull();

    [Fact]
    public async Task What_contradicts_itself_is_refused_and_changes_nothing()
    {
        var created = await Subscriptions.CreateAsync(New);

        await RefusedAsync(SubscriptionStatus.Active, "why", (WebhookErrorCode.Contradiction, "reason"));
        await RefusedAsync(SubscriptionStatus.Inactive, "why", (WebhookErrorCode.Contradiction, "reason"));
        await RefusedAsync(SubscriptionStatus.Paused, new string('x', 1025), (WebhookErrorCode.OutOfRange, "reason"));
        await RefusedAsync((SubscriptionStatus)9, new string('x', 1025), (WebhookErrorCode.OutOfRange, "status"), (WebhookErrorCode.OutOfRange, "reason"));
        (await Subscriptions.FindAsync(created.Id)).Should().Be(created);

        async Task RefusedAsync(SubscriptionStatus status, string reason, params (WebhookErrorCode Code, string Field)[] faults) =>
            (await FluentActions.Invoking(() => Subscriptions.SetStatusAsync(created.Id, status, reason)).Should().ThrowAsync<WebhookValidationException>())
                .Which.Errors.Select(e => (e.Code, e.Field)).Should().Equal(faults);
    }

    [Fact]
    public async Task A_change_that_came_in_between_is_kept()
    {
        var racing = new RacingStore(writers: 2);
        await using var host = new PublishingHost(build: b => b.UseSubscriptionStore(_ => racing));
        var created = await host.Subscriptions.CreateAsync(New);
        racing.Race();

        await Task.WhenAll(
            Task.Run(() => host.Subscriptions.SetStatusAsync(created.Id, SubscriptionStatus.Paused, "why")),
            Task.Run(() => host.Subscriptions.RotateSecretAsync(created.Id)));

        racing.Conflicts.Should().Be(1, "both read the same version, else this tests nothing");
        var stored = (await host.Subscriptions.FindAsync(created.Id))!;
        (stored.Status, stored.StatusReason, stored.Secrets.Count, stored.Version).Should().Be((SubscriptionStatus.Paused, "why", 2, 3));
    }
}
