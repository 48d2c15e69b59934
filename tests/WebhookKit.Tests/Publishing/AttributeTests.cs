namespace WebhookKit.Tests.Publishing;

public sealed class AttributeTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Attributes_are_stored_with_the_message_and_decide_who_gets_it()
    {
        var subscription = await _host.SubscribeAsync("*");
        await _host.Subscriptions.UpdateAsync(subscription with { Filter = [AttributeCondition.Is("region", "eu")] });

        (await PublishAsync(new() { ["region"] = "eu", ["customer"] = "17" })).Targets.Should().Be(1);
        (await PublishAsync(new() { ["region"] = "us" })).Targets.Should().Be(0);
        (await PublishAsync([])).Targets.Should().Be(0);

        (await _host.QueuedAsync()).Should().ContainSingle().Which.Attributes
            .Should().BeEquivalentTo(new Dictionary<string, string> { ["region"] = "eu", ["customer"] = "17" });
    }

    [Fact]
    public async Task Names_are_compared_exactly_whatever_the_dictionary_that_was_given_does()
    {
        var subscription = await _host.SubscribeAsync("*");
        await _host.Subscriptions.UpdateAsync(subscription with { Filter = [AttributeCondition.Exists("region")] });

        (await PublishAsync(new(StringComparer.OrdinalIgnoreCase) { ["REGION"] = "eu" })).Targets.Should().Be(0);
    }

    [Fact]
    public async Task What_the_caller_does_to_the_dictionary_later_changes_nothing()
    {
        await _host.SubscribeAsync("*");
        var attributes = new Dictionary<string, string> { ["region"] = "eu" };
        await PublishAsync(attributes);

        attributes.Clear();

        (await _host.QueuedAsync())[0].Attributes.Should().HaveCount(1);
    }

    [Fact]
    public async Task The_bounds_are_exact()
    {
        var largest = Enumerable.Range(0, 50).ToDictionary(i => $"{i}".PadRight(128, 'n'), _ => new string('v', 1024));
        await PublishAsync(largest);

        (await RefusedAsync(new(largest) { ["one more"] = "" })).Should().ContainSingle()
            .Which.Should().Match<WebhookError>(e => e.Field == "Attributes" && e.Code == WebhookErrorCode.OutOfRange);
    }

    [Fact]
    public async Task Every_fault_is_listed_and_a_malformed_name_is_not_repeated()
    {
        var errors = await RefusedAsync(new()
        {
            [""] = "a",
            [new string('n', 129)] = "a",
            ["a\nb"] = "\u0007",
            ["good"] = new string('v', 1025),
            ["null"] = null!,
            ["half"] = "\uD83D",
            ["whole"] = "\U0001F600",
        });

        errors.Select(e => (e.Field, e.Code)).Should().Equal(
            ("Attributes[0]", WebhookErrorCode.Required), ("Attributes[1]", WebhookErrorCode.OutOfRange), ("Attributes[2]", WebhookErrorCode.InvalidText),
            ("Attributes[2]", WebhookErrorCode.InvalidText), ("Attributes[good]", WebhookErrorCode.OutOfRange), ("Attributes[null]", WebhookErrorCode.Required),
            ("Attributes[half]", WebhookErrorCode.InvalidText));
    }

    [Fact]
    public async Task No_dictionary_at_all_is_a_fault_with_the_others() =>
        (await _host.RefusedAsync(p => p.PublishManyAsync(
            [PublishRequest.Json("no.such", "nope"u8.ToArray(), new PublishOptions { Attributes = null!, Tenant = "" })])))
            .Select(e => e.Field).Should().Equal("Events[0].EventType", "Events[0].Data", "Events[0].Tenant", "Events[0].Attributes");

    private Task<PublishResult> PublishAsync(Dictionary<string, string> attributes) => _host.PublishAsync(new PublishOptions { Attributes = attributes });

    private Task<IReadOnlyList<WebhookError>> RefusedAsync(Dictionary<string, string> attributes) =>
        _host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { Attributes = attributes }));
}
