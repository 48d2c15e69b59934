using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Subscriptions;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Subscriptions;

public sealed class WebhookSubscriptionsTests : IAsyncDisposable
{
    private static readonly Subscription New = new() { Url = "https://example.com/hook", Events = [EventPattern.All] };

    private readonly PublishingHost _host = new();

    private IWebhookSubscriptions Subscriptions => _host.Subscriptions;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_is_created_has_an_id_a_secret_its_times_and_version_1()
    {
        var now = _host.Clock.GetUtcNow();

        var created = await Subscriptions.CreateAsync(New with { CreatedAt = now.AddYears(-9), UpdatedAt = now.AddYears(-9), Version = 42 });

        created.Id.Should().NotBe(default(SubscriptionId));
        created.Secrets.Should().ContainSingle().Which.Reveal().Should().StartWith("whsec_");
        (created.CreatedAt, created.UpdatedAt, created.Version).Should().Be((now, now, 1));
        (await Subscriptions.FindAsync(created.Id)).Should().Be(created);
    }

    [Fact]
    public async Task A_secret_is_kept_and_none_is_made_for_what_is_not_signed()
    {
        var secret = WebhookSecret.Generate();

        (await Subscriptions.CreateAsync(New with { Secrets = WebhookSecrets.Of(secret) })).Secrets.Should().Equal(secret);
        (await Subscriptions.CreateAsync(New with { Schemes = [] })).Secrets.Should().BeEmpty();
    }

    [Fact]
    public async Task A_host_may_give_an_id_of_its_own_once()
    {
        var id = new SubscriptionId(Guid.NewGuid());

        (await Subscriptions.CreateAsync(New with { Id = id })).Id.Should().Be(id);
        (await FluentActions.Invoking(() => Subscriptions.CreateAsync(New with { Id = id })).Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Should().ContainSingle().Which.Should().Match<WebhookError>(e => e.Field == "Id" && e.Code == WebhookErrorCode.Duplicate);
    }

    [Fact]
    public async Task An_update_keeps_the_time_of_creation_and_refuses_another_tenant()
    {
        var created = await Subscriptions.CreateAsync(New with { Tenant = "acme" });
        _host.Clock.Advance(TimeSpan.FromHours(1));

        var updated = await Subscriptions.UpdateAsync(created with { Name = "new", CreatedAt = default });

        (updated.Name, updated.Version, updated.CreatedAt, updated.UpdatedAt).Should().Be(("new", 2, created.CreatedAt, created.CreatedAt.AddHours(1)));
        foreach (var tenant in new[] { null, "ACME" })
        {
            (await FluentActions.Invoking(() => Subscriptions.UpdateAsync(updated with { Tenant = tenant })).Should().ThrowAsync<WebhookValidationException>())
                .Which.Errors.Should().ContainSingle().Which.Field.Should().Be("Tenant");
        }
    }

    [Fact]
    public async Task An_update_of_what_changed_or_is_gone_is_a_conflict()
    {
        var created = await Subscriptions.CreateAsync(New);
        await Subscriptions.UpdateAsync(created with { Name = "first" });

        await FluentActions.Invoking(() => Subscriptions.UpdateAsync(created with { Name = "second" })).Should().ThrowAsync<SubscriptionConflictException>();
        (await Subscriptions.FindAsync(created.Id))!.Name.Should().Be("first");
        (await Subscriptions.RemoveAsync(created.Id)).Should().BeTrue();
        await FluentActions.Invoking(() => Subscriptions.UpdateAsync(created)).Should().ThrowAsync<SubscriptionConflictException>();
        (await Subscriptions.RemoveAsync(created.Id)).Should().BeFalse();
    }

    [Fact]
    public async Task The_reason_of_being_disabled_goes_with_the_status()
    {
        var disabled = await Subscriptions.CreateAsync(New with { Status = SubscriptionStatus.Disabled, StatusReason = "why" });
        disabled.StatusReason.Should().Be("why");

        (await Subscriptions.UpdateAsync(disabled with { Status = SubscriptionStatus.Active })).StatusReason.Should().BeNull();
    }

    [Fact]
    public async Task A_rotation_signs_with_both_secrets_until_the_overlap_ends()
    {
        var created = await Subscriptions.CreateAsync(New);
        var (before, now) = (created.Secrets.Single(), _host.Clock.GetUtcNow());

        var rotated = (await Subscriptions.RotateSecretAsync(created.Id))!;

        var next = rotated.Secrets.First();
        next.Should().NotBe(before);
        rotated.Version.Should().Be(2);
        Valid(rotated, now).Should().Equal(next, before);
        Valid(rotated, now.AddHours(24).AddTicks(-1)).Should().Equal(next, before);
        Valid(rotated, now.AddHours(24)).Should().Equal(next);
    }

    [Fact]
    public async Task The_new_secret_and_the_overlap_can_be_given()
    {
        var created = await Subscriptions.CreateAsync(New);
        var next = WebhookSecret.Generate();

        var rotated = (await Subscriptions.RotateSecretAsync(created.Id, next, TimeSpan.Zero))!;

        rotated.Secrets.Should().Equal(next);
    }

    [Fact]
    public async Task A_faulty_rotation_changes_nothing()
    {
        var created = await Subscriptions.CreateAsync(New);
        await RefusedAsync(WebhookErrorCode.InvalidSecret, next: WebhookSecret.Parse("short"));
        await RefusedAsync(WebhookErrorCode.Duplicate, next: created.Secrets.Single());
        await RefusedAsync(WebhookErrorCode.OutOfRange, overlap: TimeSpan.FromTicks(-1));
        await RefusedAsync(WebhookErrorCode.OutOfRange, overlap: TimeSpan.FromDays(366));

        (await Subscriptions.FindAsync(created.Id)).Should().Be(created);
        (await Subscriptions.RotateSecretAsync(new SubscriptionId(Guid.NewGuid()))).Should().BeNull();

        async Task RefusedAsync(WebhookErrorCode code, WebhookSecret? next = null, TimeSpan? overlap = null) =>
            (await FluentActions.Invoking(() => Subscriptions.RotateSecretAsync(created.Id, next, overlap)).Should().ThrowAsync<WebhookValidationException>())
                .Which.Errors.Should().ContainSingle().Which.Code.Should().Be(code);
    }

    [Fact]
    public async Task Many_rotations_within_the_overlap_drop_the_oldest_before_the_header_grows_too_long()
    {
        var created = await Subscriptions.CreateAsync(New);
        var id = created.Id;
        for (var i = 0; i < 9; i++)
            (await Subscriptions.RotateSecretAsync(id))!.Secrets.Should().Contain(created.Secrets.Single());

        var next = WebhookSecret.Generate();
        (await Subscriptions.RotateSecretAsync(id, next))!.Secrets.Should().HaveCount(WebhookSecrets.MaxOverlap)
            .And.StartWith(next).And.NotContain(created.Secrets.Single());
        _host.Clock.Advance(TimeSpan.FromHours(24));
        (await Subscriptions.RotateSecretAsync(id))!.Secrets.Should().HaveCount(2, "what has expired is dropped");
    }

    [Fact]
    public async Task Concurrent_rotations_all_happen()
    {
        var racing = new RacingStore(writers: 2);
        await using var host = new PublishingHost(build: b => b.UseSubscriptionStore(_ => racing));
        var created = await host.Subscriptions.CreateAsync(New);
        var secrets = new[] { WebhookSecret.Generate(), WebhookSecret.Generate() };
        racing.Race();

        await Task.WhenAll(secrets.Select(s => Task.Run(() => host.Subscriptions.RotateSecretAsync(created.Id, s))));

        var stored = (await host.Subscriptions.FindAsync(created.Id))!;
        racing.Conflicts.Should().Be(1, "both read the same version, else this tests nothing");
        stored.Version.Should().Be(3);
        stored.Secrets.Should().BeEquivalentTo([.. secrets, created.Secrets.Single()]);
    }

    [Fact]
    public async Task A_store_that_never_agrees_ends_in_a_conflict_not_in_a_loop()
    {
        var racing = new RacingStore(writers: 1) { AlwaysConflict = true };
        await using var host = new PublishingHost(build: b => b.UseSubscriptionStore(_ => racing));
        var created = await host.Subscriptions.CreateAsync(New);

        await FluentActions.Invoking(() => host.Subscriptions.RotateSecretAsync(created.Id)).Should().ThrowAsync<SubscriptionConflictException>();
        racing.Conflicts.Should().BeInRange(2, 1000);
    }

    [Fact]
    public async Task Disabling_happens_once()
    {
        var management = _host.Services.GetRequiredService<WebhookSubscriptions>();
        var created = await Subscriptions.CreateAsync(New);

        (await management.DisableAsync(created, "first", default)).Should().BeTrue();
        (await management.DisableAsync(created, "second", default)).Should().BeFalse();
        (await management.DisableAsync(created with { Id = new SubscriptionId(Guid.NewGuid()) }, "third", default)).Should().BeFalse();

        var stored = (await Subscriptions.FindAsync(created.Id))!;
        (stored.Status, stored.StatusReason, stored.Version).Should().Be((SubscriptionStatus.Disabled, "first", 2));
    }

    [Theory]
    [InlineData(SubscriptionStatus.Active, true)]
    [InlineData(SubscriptionStatus.Paused, true)]
    [InlineData(SubscriptionStatus.Inactive, false)]
    public async Task What_the_host_switched_off_is_not_disabled(SubscriptionStatus status, bool disabled)
    {
        var management = _host.Services.GetRequiredService<WebhookSubscriptions>();
        var created = await Subscriptions.CreateAsync(New with { Status = status });

        (await management.DisableAsync(created, "gone", default)).Should().Be(disabled);

        (await Subscriptions.FindAsync(created.Id))!.Status.Should().Be(disabled ? SubscriptionStatus.Disabled : status);
    }

    [Fact]
    public async Task Of_concurrent_disablings_one_says_it_did_it()
    {
        var racing = new RacingStore(writers: 2);
        await using var host = new PublishingHost(build: b => b.UseSubscriptionStore(_ => racing));
        var management = host.Services.GetRequiredService<WebhookSubscriptions>();
        var created = await host.Subscriptions.CreateAsync(New);
        racing.Race();

        var did = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => management.DisableAsync(created, $"{i}", default))));

        did.Count(d => d).Should().Be(1);
        racing.Conflicts.Should().Be(1);
    }

    private static List<WebhookSecret> Valid(Subscription subscription, DateTimeOffset at)
    {
        var valid = new List<WebhookSecret>();
        foreach (var secret in subscription.Secrets.At(at))
            valid.Add(secret);
        return valid;
    }
}
