using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebhookKit.Tests.Publishing;

public sealed class IdempotencyTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_same_publish_with_the_same_key_is_answered_with_the_first_message()
    {
        await _host.SubscribeAsync("*");
        var first = await PublishAsync("insp-17");
        await _host.SubscribeAsync("*");

        var second = await PublishAsync("insp-17");

        first.IsDuplicate.Should().BeFalse();
        second.Should().Be(new PublishResult(first.MessageId, 1) { IsDuplicate = true });
        (await _host.QueuedAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Other_content_under_the_same_key_is_a_conflict_and_nothing_of_the_call_is_stored()
    {
        await _host.SubscribeAsync("*");
        var first = await PublishAsync("insp-17");

        var conflict = (await FluentActions.Invoking(() => _host.Publisher.PublishManyAsync(
        [
            PublishRequest.Of(new InspectionCompleted(1, "A")),
            PublishRequest.Of(new InspectionCompleted(8, "Ada"), new PublishOptions { IdempotencyKey = "insp-17" }),
        ])).Should().ThrowAsync<IdempotencyConflictException>()).Which;

        (conflict.Key, conflict.MessageId).Should().Be(("insp-17", first.MessageId));
        (await _host.QueuedAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_key_is_scoped_to_its_tenant()
    {
        (await PublishAsync("k")).IsDuplicate.Should().BeFalse();
        (await PublishAsync("k", new PublishOptions { Tenant = "acme" })).IsDuplicate.Should().BeFalse();
        (await PublishAsync("K")).IsDuplicate.Should().BeFalse();
        (await PublishAsync("k", new PublishOptions { Tenant = "acme" })).IsDuplicate.Should().BeTrue();
        (await PublishAsync(null)).IsDuplicate.Should().BeFalse();
        (await PublishAsync(null)).IsDuplicate.Should().BeFalse("without a key nothing is repeated");
    }

    [Fact]
    public async Task Two_events_of_one_call_with_one_key_are_one_message()
    {
        await _host.SubscribeAsync("*");
        var request = PublishRequest.Of(new InspectionCompleted(1, "A"), new PublishOptions { IdempotencyKey = "k" });

        var results = await _host.Publisher.PublishManyAsync([request, request]);

        results.Select(r => r.IsDuplicate).Should().Equal(false, true);
        results[1].MessageId.Should().Be(results[0].MessageId);
        (await _host.QueuedAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Of_many_at_the_same_time_one_is_stored()
    {
        await _host.SubscribeAsync("*");

        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => PublishAsync("k"))));

        results.Count(r => !r.IsDuplicate).Should().Be(1);
        results.Select(r => r.MessageId).Distinct().Should().ContainSingle();
        (await _host.QueuedAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_destination_with_a_delegate_made_anew_is_still_the_same_publish()
    {
        (await PublishAsync("k", Options())).IsDuplicate.Should().BeFalse();
        (await PublishAsync("k", Options())).IsDuplicate.Should().BeTrue();

        static PublishOptions Options() => new()
        {
            Destinations =
            [
                new WebhookDestination
                {
                    Url = "https://example.com/", Schemes = [], Authentication = EndpointAuthentication.Delegate((_, _) => ValueTask.CompletedTask),
                },
            ],
        };
    }

    [Fact]
    public async Task A_store_that_had_to_repeat_its_own_commit_makes_no_duplicate()
    {
        await using var host = new PublishingHost(
            build: webhooks => webhooks.Services.AddSingleton(sp => RepeatingQueue.Before(sp.GetRequiredService<IWebhookStore>())));
        await host.SubscribeAsync("*");

        var result = await host.PublishAsync(new PublishOptions { IdempotencyKey = "k" });

        (result.IsDuplicate, result.Targets).Should().Be((false, 1));
    }

    [Fact]
    public async Task A_key_is_known_for_a_day()
    {
        await PublishAsync("k");
        _host.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));

        (await PublishAsync("k")).IsDuplicate.Should().BeTrue();
    }

    [Theory]
    [InlineData("", WebhookErrorCode.Required)]
    [InlineData("a\nb", WebhookErrorCode.InvalidText)]
    [InlineData(null, WebhookErrorCode.OutOfRange)]
    public async Task A_malformed_key_is_refused(string? key, WebhookErrorCode code) =>
        (await _host.RefusedAsync(p => p.PublishManyAsync(
            [PublishRequest.Of(new InspectionCompleted(1, "A"), new PublishOptions { IdempotencyKey = key ?? new string('k', 257) })])))
            .Should().ContainSingle().Which.Should().Match<WebhookError>(e => e.Code == code && e.Field == "Events[0].IdempotencyKey");

    [Fact]
    public async Task A_key_with_half_a_surrogate_pair_is_refused() =>
        (await _host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { IdempotencyKey = "\uD800" })))
            .Should().ContainSingle().Which.Code.Should().Be(WebhookErrorCode.InvalidText);

    [Fact]
    public async Task A_key_may_have_256_characters() => (await PublishAsync(new string('k', 256))).IsDuplicate.Should().BeFalse();

    [Theory]
    [InlineData(23.99, false)]
    [InlineData(24, true)]
    [InlineData(720, true)]
    [InlineData(720.01, false)]
    public async Task Keys_live_a_day_to_30_days(double hours, bool valid)
    {
        await using var host = new PublishingHost(o => o.Publishing.IdempotencyLifetime = TimeSpan.FromHours(hours));
        var read = () => host.Services.GetRequiredService<IOptions<WebhookOptions>>().Value;

        if (valid)
            read.Should().NotThrow();
        else
            read.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain("Webhooks:Publishing:IdempotencyLifetime");
    }

    private Task<PublishResult> PublishAsync(string? key, PublishOptions? options = null) =>
        _host.PublishAsync((options ?? new PublishOptions()) with { IdempotencyKey = key });
}
