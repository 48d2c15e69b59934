using WebhookKit.Publishing;

namespace WebhookKit.Tests.Publishing;

public sealed class ContentHashTests
{
    private static readonly SubscriptionId One = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly SubscriptionId Two = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly WebhookDestination There = new() { Url = "https://example.com/a", Schemes = [] };
    private static readonly WebhookDestination Elsewhere = new() { Url = "https://example.com/b", Schemes = [] };

    [Fact]
    public void The_hash_of_a_content_never_changes() =>
        Hash(Message() with { Tenant = "acme", Attributes = new Dictionary<string, string> { ["a"] = "1" } }, new PublishOptions { Subscriptions = [One] })
            .Should().Be("EBBA9991A19C00F15AC8CB71B5763899CB8846F0C0D407446D667A95CA52A434", "stores keep it, and nodes of several versions compare it");

    [Fact]
    public void What_a_publish_is_given_anew_is_no_part_of_it() =>
        Hash(Message()).Should().Be(Hash(Message() with
        {
            Id = Guid.Parse("0198f3a0-0000-7000-8000-000000000001"), PublicId = "other", Timestamp = DateTimeOffset.UnixEpoch.AddDays(1), TraceParent = "other",
        }));

    [Fact]
    public void Every_part_of_the_content_counts() =>
        new[]
        {
            Hash(Message()),
            Hash(Message() with { Tenant = "" }),
            Hash(Message() with { Tenant = "acme" }),
            Hash(Message() with { EventType = "b" }),
            Hash(Message() with { Data = "{ }"u8.ToArray() }),
            Hash(Message() with { Attributes = new Dictionary<string, string> { ["a"] = "1" } }),
            Hash(Message() with { Attributes = new Dictionary<string, string> { ["a"] = "2" } }),
            Hash(Message() with { Attributes = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } }),
            Hash(Message(), new PublishOptions { Timestamp = DateTimeOffset.UnixEpoch }),
            Hash(Message(), new PublishOptions { Timestamp = DateTimeOffset.UnixEpoch.AddTicks(1) }),
            Hash(Message(), new PublishOptions { Subscriptions = [] }),
            Hash(Message(), new PublishOptions { Destinations = [] }),
            Hash(Message(), new PublishOptions { Subscriptions = [], Destinations = [] }),
            Hash(Message(), new PublishOptions { Subscriptions = [One] }),
            Hash(Message(), new PublishOptions { Subscriptions = [One, Two] }),
            Hash(Message(), new PublishOptions { Destinations = [There] }),
            Hash(Message(), new PublishOptions { Destinations = [Elsewhere] }),
            Hash(Message(), new PublishOptions { Destinations = [There, Elsewhere] }),
            Hash(Message(), new PublishOptions { Destinations = [There with { Authentication = EndpointAuthentication.Bearer("a") }] }),
            Hash(Message(), new PublishOptions { Destinations = [There with { Authentication = EndpointAuthentication.Basic("b", "c") }] }),
        }.Should().OnlyHaveUniqueItems();

    [Fact]
    public void Order_and_repetition_of_what_is_a_set_do_not_count()
    {
        Hash(Message(), new PublishOptions { Subscriptions = [One, Two] }).Should().Be(Hash(Message(), new PublishOptions { Subscriptions = [Two, One, Two] }));
        Hash(Message(), new PublishOptions { Destinations = [There, Elsewhere] })
            .Should().Be(Hash(Message(), new PublishOptions { Destinations = [Elsewhere, There, There] }));
        Hash(Message() with { Attributes = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } })
            .Should().Be(Hash(Message() with { Attributes = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } }));
        Hash(Message(), new PublishOptions { Timestamp = DateTimeOffset.UnixEpoch })
            .Should().Be(Hash(Message(), new PublishOptions { Timestamp = DateTimeOffset.UnixEpoch.ToOffset(TimeSpan.FromHours(2)) }));
    }

    [Fact]
    public void A_rotation_that_a_repeated_publish_makes_anew_does_not_count()
    {
        Signed(DateTimeOffset.UnixEpoch).Should().Be(Signed(DateTimeOffset.UnixEpoch.AddSeconds(1)));

        static string Signed(DateTimeOffset now) => Hash(Message(), new PublishOptions
        {
            Destinations = [There with { Secrets = WebhookSecrets.Of(Key('a')).Rotate(Key('b'), now, TimeSpan.FromDays(1)) }],
        });

        static WebhookSecret Key(char fill) => WebhookSecret.Parse("whsec_" + new string(fill, 32));
    }

    [Fact]
    public void Objects_that_a_repeated_publish_makes_anew_count_by_name()
    {
        Enveloped("mine").Should().Be(Enveloped("mine"));
        Enveloped("mine").Should().NotBe(Enveloped("other"));

        static string Enveloped(string name) => Hash(Message(), new PublishOptions
        {
            Destinations = [There with { Envelope = Envelope.Custom(name, (writer, _) => writer.WriteNullValue()) }],
        });
    }

    private static string Hash(WebhookMessage message, PublishOptions? options = null) =>
        Convert.ToHexString(ContentHash.Of(message, options ?? new PublishOptions()));

    private static WebhookMessage Message() => new()
    {
        Id = Guid.Parse("0198f3a0-0000-7000-8000-000000000000"),
        PublicId = "msg_1",
        EventType = "a",
        Timestamp = DateTimeOffset.UnixEpoch,
        Data = "{}"u8.ToArray(),
    };
}
