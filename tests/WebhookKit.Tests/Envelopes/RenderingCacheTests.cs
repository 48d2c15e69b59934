using WebhookKit.Envelopes;

namespace WebhookKit.Tests.Envelopes;

public sealed class RenderingCacheTests
{
    private int _renderings;

    [Fact]
    public void One_rendering_serves_every_delivery_of_a_message()
    {
        var cache = new RenderingCache();
        var envelope = Counting("counted");
        var message = TestMessages.Create();

        var first = cache.Render(message, envelope);
        var second = cache.Render(message with { }, envelope);

        second.Equals(first).Should().BeTrue("the very same memory is handed out");
        _renderings.Should().Be(1);
    }

    [Fact]
    public void Other_messages_and_other_envelopes_have_renderings_of_their_own_even_under_one_name()
    {
        var cache = new RenderingCache();
        var message = TestMessages.Create();
        var acme = Keyed("acme");
        var globex = Keyed("globex");

        cache.Render(message, acme).Text().Should().Be("\"acme\"");
        cache.Render(message, globex).Text().Should().Be("\"globex\"");
        cache.Render(TestMessages.Create(), Counting("c"));
        cache.Render(TestMessages.Create(), Counting("c"));
        _renderings.Should().Be(2);
    }

    [Fact]
    public void Bare_bodies_are_not_kept()
    {
        var cache = new RenderingCache();

        cache.Render(TestMessages.Create(), Envelope.Bare);

        cache.Bytes.Should().Be(0);
    }

    [Fact]
    public void It_stays_within_its_bytes_and_the_oldest_go_first()
    {
        var cache = new RenderingCache(capacityBytes: 16 * 1024);
        var envelope = Counting("counted");
        var messages = Enumerable.Range(0, 100).Select(_ => TestMessages.Create($"\"{new string('x', 1000)}\"")).ToList();

        foreach (var message in messages)
        {
            cache.Render(message, envelope);
            cache.Bytes.Should().BeInRange(1000, 16 * 1024);
        }

        cache.Render(messages[^1], envelope);
        _renderings.Should().Be(100, "the newest is kept");
        cache.Render(messages[0], envelope);
        _renderings.Should().Be(101, "the oldest went");
    }

    [Fact]
    public void A_body_larger_than_the_cache_is_rendered_but_not_kept()
    {
        var cache = new RenderingCache(capacityBytes: 1024);
        var message = TestMessages.Create($"\"{new string('x', 5000)}\"");

        cache.Render(message, Envelope.StandardWebhooks).Length.Should().BeGreaterThan(5000);

        cache.Bytes.Should().Be(0);
    }

    [Fact]
    public void A_failure_is_not_kept_and_cannot_fill_the_cache()
    {
        var cache = new RenderingCache(capacityBytes: 4096);
        var fails = true;
        var envelope = Envelope.Custom("flaky", (writer, _) =>
        {
            if (fails)
                throw new InvalidOperationException();
            writer.WriteNumberValue(1);
        });
        var message = TestMessages.Create();
        foreach (var other in Enumerable.Range(0, 1000).Select(_ => TestMessages.Create()).Append(message))
            cache.Invoking(c => c.Render(other, envelope)).Should().Throw<EnvelopeException>();

        cache.Bytes.Should().BeLessThanOrEqualTo(4096);
        fails = false;
        cache.Render(message, envelope).Text().Should().Be("1");
    }

    [Fact]
    public async Task Whoever_asks_while_it_is_rendered_waits_for_that_rendering()
    {
        var cache = new RenderingCache();
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

        var first = Task.Factory.StartNew(() => cache.Render(message, envelope), TaskCreationOptions.LongRunning);
        await entered.WaitAsync();
        var others = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => cache.Render(message, envelope), TaskCreationOptions.LongRunning)).ToList();
        go.Set();
        var bodies = await Task.WhenAll(others.Prepend(first));

        bodies.Should().AllSatisfy(b => b.Text().Should().Be("1"));
        _renderings.Should().Be(1);
    }

    private static Envelope Keyed(string key) => Envelope.Custom("alpha", (writer, _) => writer.WriteStringValue(key));

    private Envelope Counting(string name) => Envelope.Custom(name, (writer, context) =>
    {
        _renderings++;
        writer.WriteStartObject();
        context.WriteData("data");
        writer.WriteEndObject();
    });
}
