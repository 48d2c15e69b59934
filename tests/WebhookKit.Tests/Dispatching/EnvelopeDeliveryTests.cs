using System.Text;
using WebhookKit.InMemory;
using WebhookKit.Tests.Envelopes;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

public sealed class EnvelopeDeliveryTests
{
    private const string Key = "UNIQUE_API_KEY";

    private readonly VirtualClock _clock = new();
    private readonly TestTenantValues _values = new();

    [Fact]
    public async Task The_subscriptions_envelope_goes_before_the_event_types_and_that_before_the_hosts()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await StartAsync(
            o => o.Subscriptions.Envelope = Named("host"), b => b.AddEvent("typed.happened", e => e.Envelope = Named("type")));
        await host.SubscribeAsync(receiver.UrlOf("own"), s => s with { Envelope = Named("own") });
        await host.SubscribeAsync(receiver.UrlOf("none"));

        await host.PublishAsync("thing.happened");
        await host.PublishAsync("typed.happened");
        await host.Store.UntilEmptyAsync();

        Bodies(receiver, "own").Should().BeEquivalentTo("\"own thing.happened\"", "\"own typed.happened\"");
        Bodies(receiver, "none").Should().BeEquivalentTo("\"host thing.happened\"", "\"type typed.happened\"");
    }

    [Fact]
    public async Task A_binary_CloudEvent_has_its_attributes_in_headers_and_its_signature_over_the_bare_data()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await StartAsync();
        var options = new CloudEventsOptions { Source = "/things", Mode = CloudEventsMode.Binary, TypePrefix = "com.example.", Subject = _ => "Größe 1" };
        var subscription = await host.SubscribeAsync(receiver.UrlOf("s"), s => s with
        {
            Envelope = Envelope.CloudEvents(options), Headers = new Dictionary<string, string> { ["ce-region"] = "eu" },
        });
        var id = await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        var request = receiver.Requests.Should().ContainSingle().Subject;
        Encoding.UTF8.GetString(request.Body).Should().Be("""{"n":1}""");
        request.Header("content-type").Should().Be("application/json");
        request.Headers.Where(h => h.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase)).Select(h => $"{h.Key}: {h.Value}".ToLowerInvariant())
            .Should().BeEquivalentTo(
                "ce-specversion: 1.0", $"ce-id: {id}", "ce-source: /things", "ce-type: com.example.thing.happened", "ce-time: 2030-01-01t00:00:00z",
                "ce-subject: gr%c3%b6%c3%9fe%201", "ce-region: eu");
        new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = _clock })
            .Verify(request.Body, request.Headers, subscription.Secrets).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task A_structured_CloudEvent_is_one_object_with_its_own_content_type()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await StartAsync(o => o.Subscriptions.Envelope = Envelope.CloudEvents("/things"));
        await host.SubscribeAsync(receiver.UrlOf("s"));
        var id = await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().ContainSingle().Which.Header("content-type").Should().Be("application/cloudevents+json; charset=utf-8");
        Bodies(receiver, "s").Should().Equal(
            $$"""{"specversion":"1.0","id":"{{id}}","source":"/things","type":"thing.happened","time":"2030-01-01T00:00:00Z","""
            + "\"datacontenttype\":\"application/json\",\"data\":{\"n\":1}}");
    }

    [Fact]
    public async Task Each_tenants_key_is_in_its_bodies_and_neither_in_the_store_nor_in_the_log()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("acme", 500, 200);
        _values.Answer = (tenant, _) => new(TenantValues.Of("api_key", tenant == "acme" ? Key : "OTHER_API_KEY"));
        var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        await using var host = await StartAsync(store: store);
        foreach (var tenant in new[] { "acme", "globex" })
        {
            await host.SubscribeAsync(receiver.UrlOf(tenant), s => s with { Tenant = tenant, Envelope = ProductBodies.AlphaTouch });
            foreach (var (action, data) in new[] { ("update", "{}"), ("delete", "null") })
            {
                var json = $$"""{"action":"{{action}}","entity":"resident","entity_id":17,"data":{{data}}}""";
                await host.Publisher.PublishJsonAsync("thing.happened", Encoding.UTF8.GetBytes(json), new PublishOptions { Tenant = tenant });
            }
        }

        await host.Store.UntilQuietAsync();
        ObjectGraph.Holds(store, "resident").Should().BeTrue("the walk must find what is stored");
        ObjectGraph.Holds(store, "API_KEY").Should().BeFalse("a delivery waits for its second attempt, others have ended");
        _clock.Advance((await host.DeliveriesAsync()).Single(d => d.DueAt is not null).DueAt!.Value - _clock.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        await host.Store.UntilEmptyAsync();

        ObjectGraph.Holds(store, "API_KEY").Should().BeFalse();
        host.LogLines.Lines.Should().NotContain(l => l.Text.Contains("API_KEY"));
        Bodies(receiver, "acme").Distinct().Should().BeEquivalentTo(
            ProductBodies.Compact(ProductBodies.AlphaTouchUpdate), ProductBodies.Compact(ProductBodies.AlphaTouchDelete));
        Bodies(receiver, "globex").Should().HaveCount(2).And.OnlyContain(b => b.StartsWith("""{"api_key":"OTHER_API_KEY",""", StringComparison.Ordinal));
        _values.Asked.Should().HaveCount(5, "once for each attempt");
    }

    [Fact]
    public async Task A_key_that_was_changed_is_in_the_next_attempt()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 401, 200);
        _values.Answer = (_, _) => new(TenantValues.Of("api_key", "old"));
        await using var host = await StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = ProductBodies.AlphaTouch });
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        _values.Answer = (_, _) => new(TenantValues.Of("api_key", "new"));
        await DueAsync(host);

        Bodies(receiver, "s").Should().Equal("""{"api_key":"old","n":1}""", """{"api_key":"new","n":1}""");
    }

    [Fact]
    public async Task A_value_that_the_tenant_does_not_have_is_named_and_charged_to_nobody()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = ProductBodies.AlphaTouch });
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        await ShouldBeOursAsync(host, "*'alphatouch'*the tenant has no value 'api_key'*");
        receiver.Requests.Should().BeEmpty();

        _values.Answer = (_, _) => new(TenantValues.Of("api_key", Key));
        await DueAsync(host);

        Bodies(receiver, "s").Should().Equal($$"""{"api_key":"{{Key}}","n":1}""");
        (await host.DeliveryAsync()).Should().BeEquivalentTo(new { Status = DeliveryStatus.Delivered, AttemptsMade = 1 });
    }

    public static TheoryData<string, Func<CancellationToken, ValueTask<TenantValues>>> Failing => new()
    {
        { "InvalidOperationException was thrown", _ => throw new InvalidOperationException($"password={Key}") },
        { "InvalidOperationException was thrown", async _ => { await Task.Yield(); throw new InvalidOperationException($"password={Key}"); } },
        { "OperationCanceledException was thrown", _ => throw new OperationCanceledException($"password={Key}") },
        { "the values of the tenant are null", _ => new((TenantValues)null!) },
        { "TenantValues[api_key]: The value is empty", _ => new(TenantValues.Of("api_key", " ")) },
    };

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task A_source_that_fails_is_our_own_failure_and_shows_nothing_of_what_it_threw(
        string detail, Func<CancellationToken, ValueTask<TenantValues>> answer)
    {
        await using var receiver = await TestReceiver.StartAsync();
        _values.Answer = (_, token) => answer(token);
        await using var host = await StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = ProductBodies.AlphaTouch });
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        await ShouldBeOursAsync(host, $"*{detail}*");
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1021);
        host.LogLines.Lines.Should().NotContain(l => l.Text.Contains(Key));
        receiver.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("heeds its token")]
    [InlineData("never answers")]
    [InlineData("blocks its thread")]
    public async Task A_slow_source_is_given_up_after_its_time_and_the_lane_goes_on(string manner)
    {
        await using var receiver = await TestReceiver.StartAsync();
        using var entered = new SemaphoreSlim(0);
        using var block = new ManualResetEventSlim();
        _values.Answer = async (_, token) =>
        {
            entered.Release();
            if (manner == "blocks its thread")
                block.Wait(CancellationToken.None);
            else
                await Task.Delay(Timeout.InfiniteTimeSpan, manner == "heeds its token" ? token : CancellationToken.None);
            return TenantValues.None;
        };
        await using var host = await StartAsync(o => o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 1);
        // It gets the one event only: with a second one it might take its slot again before the other lane has come to wait for it.
        await host.SubscribeAsync(
            receiver.UrlOf("s"), s => s with { Envelope = ProductBodies.AlphaTouch, Events = [EventPattern.Parse("thing.happened")] });
        await host.PublishAsync();
        await entered.WaitAsync();
        var other = await host.SubscribeAsync(receiver.UrlOf("other"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        await host.PublishAsync("other.happened");

        _clock.Advance(TimeSpan.FromSeconds(4.999));
        host.Store.Settled.Should().BeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        await receiver.UntilAsync(() => receiver.RequestsTo("other").Length == 1);
        await host.Store.UntilAsync(() => host.Store.Settled.Any(s => s.Settlement.Attempt?.Outcome == AttemptOutcome.SenderError));
        block.Set();

        // What waited for its turn while time leapt may have been given back, without an attempt.
        var attempt = host.Store.Settled.Select(s => s.Settlement.Attempt).First(a => a?.Outcome == AttemptOutcome.SenderError)!;
        attempt.Detail.Should().Match("*did not come within 5 s*");
        attempt.Duration.Should().Be(TimeSpan.FromSeconds(5));
        receiver.RequestsTo("s").Should().BeEmpty();
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_source_and_the_delivery_stays_due()
    {
        await using var receiver = await TestReceiver.StartAsync();
        using var entered = new SemaphoreSlim(0);
        _values.Answer = async (_, _) =>
        {
            entered.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            return TenantValues.None;
        };
        await using var host = await StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = ProductBodies.AlphaTouch });
        await host.PublishAsync();
        await entered.WaitAsync();

        await host.StopAsync();

        (await host.DeliveryAsync())
            .Should().BeEquivalentTo(new { Status = DeliveryStatus.Waiting, AttemptsMade = 0, LastOutcome = AttemptOutcome.Cancelled });
        receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task The_time_that_a_source_takes_is_not_taken_from_the_receivers()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var given = new TaskCompletionSource<TenantValues>();
        using var entered = new SemaphoreSlim(0);
        _values.Answer = (_, _) =>
        {
            entered.Release();
            return new(given.Task);
        };
        using var arrived = new SemaphoreSlim(0);
        var answer = new TaskCompletionSource();
        receiver.Answer("s", async (_, _) =>
        {
            arrived.Release();
            await answer.Task;
        });
        await using var host = await StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = ProductBodies.AlphaTouch, Timeout = TimeSpan.FromSeconds(5) });
        await host.PublishAsync();
        await entered.WaitAsync();
        _clock.Advance(TimeSpan.FromSeconds(4));
        given.SetResult(TenantValues.Of("api_key", Key));
        await arrived.WaitAsync();
        _clock.Advance(TimeSpan.FromSeconds(4));
        answer.SetResult();
        await host.Store.UntilEmptyAsync();

        (await host.DeliveryAsync()).Should().BeEquivalentTo(new { Status = DeliveryStatus.Delivered, AttemptsMade = 1 });
        receiver.Requests.Single().Header("webhook-timestamp").Should().Be(
            new DateTimeOffset(2030, 1, 1, 0, 0, 4, TimeSpan.Zero).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task The_source_is_not_asked_for_envelopes_that_do_not_use_it()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await StartAsync();
        foreach (var envelope in new[] { Envelope.Bare, Envelope.CloudEvents("/x"), Named("n"), ProductBodies.Foxy })
            await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = envelope });
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(4);
        _values.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task A_subscription_whose_values_nobody_gives_any_more_is_our_own_failure()
    {
        var subscriptions = new InMemorySubscriptionStore();
        await using var host = await SenderHost.StartAsync(configure: null, _clock, store: null, subscriptions);
        var subscription = await host.SubscribeAsync("https://example.com");
        await subscriptions.UpdateAsync(subscription with { Envelope = ProductBodies.AlphaTouch }, default);
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        await ShouldBeOursAsync(host, "*UseTenantValues*");
    }

    [Fact]
    public async Task Metadata_comes_back_to_each_receiver_and_a_rendering_is_shared_where_it_is_equal()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var renderings = 0;
        var envelope = Envelope.Custom("foxy", (writer, context) =>
        {
            Interlocked.Increment(ref renderings);
            writer.WriteStartObject();
            context.WriteDataMembers();
            context.WriteMetadata("metadata");
            writer.WriteEndObject();
        }, EnvelopeInputs.Metadata);
        await using var host = await StartAsync();
        foreach (var (path, order) in new[] { ("a", "1"), ("b", "2"), ("c", "2") })
        {
            var metadata = new Dictionary<string, string> { ["order"] = order };
            await host.SubscribeAsync(receiver.UrlOf(path), s => s with { Envelope = envelope, Metadata = metadata });
        }

        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        Bodies(receiver, "a").Should().Equal("""{"n":1,"metadata":{"order":"1"}}""");
        Bodies(receiver, "b").Concat(Bodies(receiver, "c")).Should().Equal(Enumerable.Repeat("""{"n":1,"metadata":{"order":"2"}}""", 2));
        renderings.Should().Be(2);
    }

    private static Envelope Named(string name) => Envelope.Custom(name, (writer, context) => writer.WriteStringValue($"{name} {context.EventType}"));

    private static IEnumerable<string> Bodies(TestReceiver receiver, string path) => receiver.RequestsTo(path).Select(r => Encoding.UTF8.GetString(r.Body));

    private Task<SenderHost> StartAsync(Action<WebhookOptions>? configure = null, Action<WebhooksBuilder>? build = null, IWebhookStore? store = null) =>
        SenderHost.StartAsync(configure, _clock, store, build: b =>
        {
            b.UseTenantValues(_ => _values);
            build?.Invoke(b);
        });

    private async Task DueAsync(SenderHost host)
    {
        // Timers count whole milliseconds.
        _clock.Advance((await host.DeliveryAsync()).DueAt!.Value - _clock.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        await host.Store.UntilEmptyAsync();
    }

    private static async Task ShouldBeOursAsync(SenderHost host, string detail)
    {
        var delivery = await host.DeliveryAsync();
        delivery.Should().BeEquivalentTo(new { Status = DeliveryStatus.Waiting, AttemptsMade = 0, LastOutcome = AttemptOutcome.SenderError });
        (await host.Store.ListAttemptsAsync(delivery.Id, default)).Should().ContainSingle().Which.Detail.Should().Match(detail).And.NotContain(Key);
    }
}
