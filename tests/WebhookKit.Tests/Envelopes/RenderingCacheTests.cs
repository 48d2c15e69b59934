using WebhookKit.Envelopes;

namespace WebhookKit.Tests.Envelopes;

public sealed class RenderingCacheTests
{
    private int _renderings;

    [Fact]
    public void One_rendering_serves_every_delivery_of_a_message()
    {
        var cache = Cache();
        var envelope = Counting("counted");
        var message = TestMessages.Create();

        var first = cache.Render(envelope, message);
        var second = cache.Render(envelope, message with { });

        second.Should().BeSameAs(first);
        _renderings.Should().Be(1);
    }

    [Fact]
    public void Other_messages_and_other_envelopes_have_renderings_of_their_own_even_under_one_name()
    {
        var cache = Cache();
        var message = TestMessages.Create();
        var acme = Keyed("acme");
        var globex = Keyed("globex");

        cache.Render(acme, message).Text().Should().Be("\"acme\"");
        cache.Render(globex, message).Text().Should().Be("\"globex\"");
        cache.Render(Counting("c"), TestMessages.Create());
        cache.Render(Counting("c"), TestMessages.Create());
        _renderings.Should().Be(2);
    }

    [Fact]
    public void Bare_bodies_are_not_kept()
    {
        var cache = Cache();

        cache.Render(Envelope.Bare, TestMessages.Create());

        cache.Bytes.Should().Be(0);
    }

    [Fact]
    public void It_stays_within_its_bytes_and_the_oldest_go_first()
    {
        var cache = Cache(16 * 1024);
        var envelope = Counting("counted");
        var messages = Enumerable.Range(0, 100).Select(_ => TestMessages.Create($"\"{new string('x', 1000)}\"")).ToList();

        foreach (var message in messages)
        {
            cache.Render(envelope, message);
            cache.Bytes.Should().BeInRange(1000, 16 * 1024);
        }

        cache.Render(envelope, messages[^1]);
        _renderings.Should().Be(100, "the newest is kept");
        cache.Render(envelope, messages[0]);
        _renderings.Should().Be(101, "the oldest went");
    }

    [Fact]
    public void A_body_larger_than_the_cache_is_rendered_but_not_kept()
    {
        var cache = Cache(1024);
        var message = TestMessages.Create($"\"{new string('x', 5000)}\"");

        cache.Render(Envelope.StandardWebhooks, message).Body.Length.Should().BeGreaterThan(5000);

        cache.Bytes.Should().Be(0);
    }

    [Fact]
    public void A_failure_is_not_kept_and_cannot_fill_the_cache()
    {
        var cache = Cache(4096);
        var fails = true;
        var envelope = Envelope.Custom("flaky", (writer, _) =>
        {
            if (fails)
                throw new InvalidOperationException();
            writer.WriteNumberValue(1);
        });
        var message = TestMessages.Create();
        foreach (var other in Enumerable.Range(0, 1000).Select(_ => TestMessages.Create()).Append(message))
            cache.Invoking(c => c.Render(envelope, other)).Should().Throw<EnvelopeException>();

        cache.Bytes.Should().BeLessThanOrEqualTo(4096);
        fails = false;
        cache.Render(envelope, message).Text().Should().Be("1");
    }

    [Fact]
    public async Task Whoever_asks_while_it_is_rendered_waits_for_that_rendering()
    {
        var cache = Cache();
        var message = TestMessages.Create();
        using var entered = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        var envelope = Envelope.Custom("slow", (writer, _) =>
        {
            Interlocked.Increment(ref _renderings);
            entered.Release();
            go.Wait();
            writer.WriteNumberValue(1);
        });

        var first = Task.Factory.StartNew(() => cache.Render(envelope, message), TaskCreationOptions.LongRunning);
        await entered.WaitAsync();
        var others = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => cache.Render(envelope, message), TaskCreationOptions.LongRunning)).ToList();
        go.Set();
        var bodies = await Task.WhenAll(others.Prepend(first));

        bodies.Should().AllSatisfy(b => b.Text().Should().Be("1"));
        _renderings.Should().Be(1);
    }

    [Fact]
    public void A_rendering_is_shared_where_the_declared_inputs_are_equal_and_nowhere_else()
    {
        var cache = Cache();
        var message = TestMessages.Create();
        var declared = Counting("declared", EnvelopeInputs.TenantValues | EnvelopeInputs.Metadata);
        var undeclared = Counting("undeclared");

        var first = Variants(message).Select(v => cache.Render(declared, v)).ToList();
        var again = Variants(message with { }).Select(v => cache.Render(declared, v)).ToList();

        first.Should().OnlyHaveUniqueItems();
        again.Should().Equal(first, (a, b) => ReferenceEquals(a, b));
        _renderings.Should().Be(first.Count);

        _renderings = 0;
        Variants(message).Select(v => cache.Render(undeclared, v)).Distinct().Should().ContainSingle();
        _renderings.Should().Be(1);

        static IEnumerable<RenderingInput> Variants(WebhookMessage message) =>
        [
            new() { Message = message },
            new() { Message = message, TenantValues = TenantValues.Of("api_key", "one") },
            new() { Message = message, TenantValues = TenantValues.Of("api_key", "two") },
            new() { Message = message, TenantValues = TenantValues.Of("other", "one") },
            new() { Message = message, Metadata = new Dictionary<string, string> { ["a"] = "1" } },
            new() { Message = message, Metadata = new Dictionary<string, string> { ["a"] = "2" } },
            new() { Message = message, Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } },
            new() { Message = message, Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } },
        ];
    }

    [Fact]
    public void Metadata_that_somebody_changes_later_changes_no_rendering()
    {
        var cache = Cache();
        var message = TestMessages.Create();
        var metadata = new Dictionary<string, string> { ["n"] = "1" };
        IReadOnlyDictionary<string, string>? seen = null;
        var envelope = Envelope.Custom("metadata", (writer, context) =>
        {
            seen = context.Metadata;
            writer.WriteStartObject();
            context.WriteMetadata("metadata");
            writer.WriteEndObject();
        }, EnvelopeInputs.Metadata);

        cache.Render(envelope, new RenderingInput { Message = message, Metadata = metadata }).Text().Should().Be("""{"metadata":{"n":"1"}}""");
        metadata["n"] = "2";

        seen.Should().Equal(new Dictionary<string, string> { ["n"] = "1" });
        cache.Render(envelope, new RenderingInput { Message = message, Metadata = metadata }).Text().Should().Be("""{"metadata":{"n":"2"}}""");
    }

    [Fact]
    public void Headers_and_inputs_count_in_bytes_too()
    {
        var bare = Cache();
        bare.Render(Counting("c"), TestMessages.Create());
        var headed = Cache();
        var options = new CloudEventsOptions { Source = "/x", Subject = _ => new string('s', 4000), Mode = CloudEventsMode.Binary };
        headed.Render(Envelope.CloudEvents(options), TestMessages.Create());
        var valued = Cache();
        var input = new RenderingInput
        {
            Message = TestMessages.Create(),
            TenantValues = TenantValues.Of("api_key", new string('k', 4000)),
            Metadata = new Dictionary<string, string> { ["m"] = new string('v', 4000) },
        };
        valued.Render(Counting("c", EnvelopeInputs.TenantValues | EnvelopeInputs.Metadata), input);

        bare.Bytes.Should().BeLessThan(2000);
        headed.Bytes.Should().BeInRange(8000, 12_000);
        valued.Bytes.Should().BeInRange(16_000, 20_000);
    }

    private static RenderingCache Cache(long bytes = 16 * 1024 * 1024) => new(new EnvelopeOptions { CacheBytes = bytes });

    private static Envelope Keyed(string key) => Envelope.Custom("alpha", (writer, _) => writer.WriteStringValue(key));

    private Envelope Counting(string name, EnvelopeInputs uses = EnvelopeInputs.None) => Envelope.Custom(name, (writer, context) =>
    {
        _renderings++;
        writer.WriteStartObject();
        context.WriteData("data");
        writer.WriteEndObject();
    }, uses);
}
