using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookKit.FaultTests;

/// <summary>A subscription of the runs: who gets what, and how its receiver behaves.</summary>
internal sealed record TestSubscription(string Name, Manner Manner, string Pattern, string Id, string Secret)
{
    // Of twenty events one is a closing, three are about customers, and the others are orders.
    private static readonly string[] Twenty =
    [
        "account.closed", "customer.moved", "customer.named", "customer.merged",
        .. Enumerable.Repeat((string[])["order.paid", "order.shipped"], 8).SelectMany(types => types),
    ];

    /// <summary>All event types.</summary>
    public static IReadOnlyList<string> EventTypes { get; } = [.. Twenty.Distinct(StringComparer.Ordinal)];

    /// <summary>The subscriptions of a run; its seed names them and their secrets. There are enough of them for three nodes to have work at once.</summary>
    public static IReadOnlyList<TestSubscription> Of(int seed) =>
    [
        Make(seed, "all", Manner.Steady, "*"),
        Make(seed, "orders", Manner.Flaky, "order.*"),
        Make(seed, "shipments", Manner.Flaky, "order.shipped"),
        Make(seed, "moves", Manner.Slow, "customer.moved"),
        Make(seed, "names", Manner.Slow, "customer.named"),
        Make(seed, "mergers", Manner.Slow, "customer.merged"),
        Make(seed, "accounts", Manner.Ordered, "account.*"),
    ];

    /// <summary>The type of an event.</summary>
    public static string EventTypeOf(int number) => Twenty[number % Twenty.Length];

    public Subscription ToSubscription(string receiver) => new()
    {
        Id = SubscriptionId.Parse(Id),
        Name = Name,
        Url = $"{receiver}/{Id}",
        Events = [EventPattern.Parse(Pattern)],
        Order = Manner == Manner.Ordered ? DeliveryOrder.BlockOnExhausted : DeliveryOrder.None,
        Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret)),
    };

    public bool Gets(string eventType) => EventPattern.Parse(Pattern).Matches(eventType, group: null);

    private static TestSubscription Make(int seed, string name, Manner manner, string pattern)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {name}")));
        // A version 7 UUID (RFC 9562), which ids of subscriptions are.
        var id = Convert.ToHexStringLower(hash.AsSpan(0, 16)).ToCharArray();
        (id[12], id[16]) = ('7', '8');
        return new TestSubscription(name, manner, pattern, $"sub_{new string(id)}", "whsec_" + Convert.ToBase64String(hash));
    }
}
