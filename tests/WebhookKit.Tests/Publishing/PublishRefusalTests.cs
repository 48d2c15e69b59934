using System.Text;

namespace WebhookKit.Tests.Publishing;

public sealed class PublishRefusalTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new(o => o.Publishing.MaxBodyBytes = 1000);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, byte[]> NotJson() => new()
    {
        { "empty", [] },
        { "white space", " \n"u8.ToArray() },
        { "text", "hello"u8.ToArray() },
        { "cut off", "{\"a\":"u8.ToArray() },
        { "a byte order mark", [0xEF, 0xBB, 0xBF, (byte)'1'] },
        { "invalid UTF-8 in a string", [(byte)'"', 0xC3, (byte)'"'] },
        { "an encoded surrogate", [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'] },
        { "a second value", "{} {}"u8.ToArray() },
        { "a trailing byte", "{}x"u8.ToArray() },
        { "a trailing zero byte", "{}\0"u8.ToArray() },
        { "a comment", "{}//x"u8.ToArray() },
        { "a trailing comma", "[1,]"u8.ToArray() },
        { "a leading zero", "01"u8.ToArray() },
        { "UTF-16", Encoding.Unicode.GetBytes("{}") },
        { "65 levels", Encoding.ASCII.GetBytes(new string('[', 65) + new string(']', 65)) },
    };

    [Theory]
    [MemberData(nameof(NotJson))]
    public async Task What_is_not_one_JSON_value_is_refused(string what, byte[] json) =>
        (await _host.RefusedAsync(p => p.PublishJsonAsync("raw.made", json))).Should().ContainSingle(what)
            .Which.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidJson && e.Field == "Data");

    [Fact]
    public async Task JSON_may_have_64_levels() =>
        await _host.Publisher.PublishJsonAsync("raw.made", Encoding.ASCII.GetBytes(new string('[', 64) + new string(']', 64)));

    [Fact]
    public async Task A_fault_never_repeats_the_body() =>
        (await _host.RefusedAsync(p => p.PublishJsonAsync("raw.made", "{\"password\":hunter2}"u8.ToArray())))[0].ToString().Should().NotContain("hunter2");

    [Fact]
    public async Task The_body_limit_is_exact()
    {
        await _host.Publisher.PublishJsonAsync("raw.made", Encoding.ASCII.GetBytes($"\"{new string('a', 998)}\""));

        var json = await _host.RefusedAsync(p => p.PublishJsonAsync("raw.made", Encoding.ASCII.GetBytes($"\"{new string('a', 999)}\"")));
        var typed = await _host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, new string('a', 1000))));

        foreach (var errors in new[] { json, typed })
        {
            errors.Should().ContainSingle().Which.Should().Match<WebhookError>(
                e => e.Code == WebhookErrorCode.BodyTooLarge && e.Field == "Data" && e.Remedy.Contains("Webhooks:Publishing:MaxBodyBytes"));
        }
    }

    [Fact]
    public async Task The_limit_can_be_many_MiB()
    {
        await using var host = new PublishingHost(o => o.Publishing.MaxBodyBytes = 16 * 1024 * 1024);

        await host.Publisher.PublishAsync(new InspectionCompleted(1, new string('a', 15 * 1024 * 1024)));
    }

    [Theory]
    [InlineData(null, WebhookErrorCode.Required)]
    [InlineData("", WebhookErrorCode.Required)]
    [InlineData("no such\r\nevent", WebhookErrorCode.InvalidPattern)]
    [InlineData("no.such.event", WebhookErrorCode.UnknownEventType)]
    [InlineData("RAW.MADE", WebhookErrorCode.UnknownEventType)]
    public async Task An_event_type_that_is_not_registered_is_refused(string? name, WebhookErrorCode code) =>
        (await _host.RefusedAsync(p => p.PublishJsonAsync(name!, "{}"u8.ToArray()))).Should().ContainSingle()
            .Which.Should().Match<WebhookError>(e => e.Code == code && e.Field == "EventType");

    [Fact]
    public async Task A_type_that_is_not_registered_is_refused() =>
        (await _host.RefusedAsync(p => p.PublishAsync(new Unregistered(1)))).Should().ContainSingle()
            .Which.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.UnknownEventType && e.Field == "Data" && e.Remedy.Contains("AddEvent"));

    [Fact]
    public async Task An_event_type_given_by_name_must_be_the_one_of_the_data() =>
        (await _host.RefusedAsync(p => p.PublishAsync(new Moved(1), new PublishOptions { EventType = "inspection.completed" }))).Should().ContainSingle()
            .Which.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.UnknownEventType && e.Field == "EventType");

    [Fact]
    public async Task A_type_that_serves_several_events_is_ambiguous_by_itself() =>
        (await _host.RefusedAsync(p => p.PublishAsync(new Moved(1)))).Should().ContainSingle()
            .Which.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.Contradiction && e.Remedy.Contains("PublishOptions.EventType"));

    [Fact]
    public async Task Two_names_for_one_event_contradict_each_other() =>
        (await _host.RefusedAsync(p => p.PublishJsonAsync("raw.made", "{}"u8.ToArray(), new PublishOptions { EventType = "car.moved" })))
            .Should().ContainSingle().Which.Code.Should().Be(WebhookErrorCode.Contradiction);

    [Fact]
    public async Task Data_that_cannot_be_serialised_is_refused()
    {
        var circle = new Node();
        circle.Next = circle;

        foreach (var node in new[] { circle, new Node { Weight = double.NaN }, new Node { Fails = new NotSupportedException("no") } })
        {
            (await _host.RefusedAsync(p => p.PublishAsync(node))).Should().ContainSingle()
                .Which.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidJson && e.Field == "Data");
        }
    }

    [Fact]
    public async Task A_fault_in_the_hosts_own_code_comes_through_as_it_is() =>
        await FluentActions.Invoking(() => _host.Publisher.PublishAsync(new Node { Fails = new TimeoutException() })).Should().ThrowAsync<TimeoutException>();

    [Theory]
    [InlineData("", WebhookErrorCode.Required)]
    [InlineData(null, WebhookErrorCode.OutOfRange)]
    public async Task A_malformed_tenant_is_refused(string? tenant, WebhookErrorCode code) =>
        (await _host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { Tenant = tenant ?? new string('t', 257) })))
            .Should().ContainSingle().Which.Should().Match<WebhookError>(e => e.Code == code && e.Field == "Tenant");

    [Fact]
    public async Task A_tenant_can_be_required()
    {
        await using var host = new PublishingHost(o => o.Tenants.RequireTenant = true);

        (await host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A")))).Should().ContainSingle().Which.Field.Should().Be("Tenant");
        (await FluentActions.Invoking(() => host.SubscribeAsync("*")).Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Should().ContainSingle().Which.Field.Should().Be("Tenant");
        await host.SubscribeAsync("*", "acme");
        (await host.Publisher.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { Tenant = "acme" })).Targets.Should().Be(1);
    }

    [Fact]
    public async Task Every_fault_of_an_event_is_listed() =>
        (await _host.RefusedAsync(p => p.PublishJsonAsync("no.such", "nope"u8.ToArray(), new PublishOptions { Tenant = "" })))
            .Select(e => e.Field).Should().Equal("EventType", "Data", "Tenant");

    [Fact]
    public async Task Many_events_are_refused_as_a_whole_and_every_fault_says_where_it_is()
    {
        await _host.SubscribeAsync("*");

        var errors = await _host.RefusedAsync(p => p.PublishManyAsync(
        [
            PublishRequest.Of(new InspectionCompleted(1, "A")),
            PublishRequest.Of(new Unregistered(1)),
            null!,
            PublishRequest.Json("raw.made", "nope"u8.ToArray(), new PublishOptions { Tenant = "" }),
        ]));

        errors.Select(e => e.Field).Should().Equal("Events[1].Data", "Events[2]", "Events[3].Data", "Events[3].Tenant");
        (await _host.QueuedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_single_event_of_many_has_its_index_too() =>
        (await _host.RefusedAsync(p => p.PublishManyAsync([PublishRequest.Of(new Unregistered(1))])))
            .Should().ContainSingle().Which.Field.Should().Be("Events[0].Data");
}
