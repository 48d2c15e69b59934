using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookKit.FaultTests;

/// <summary>A subscription of the runs: who gets what, and how its receiver behaves.</summary>
internal sealed record TestSubscription(string Name, string Pattern, DeliveryOrder Order, string Id, string Secret)
{
    /// <summary>Answers at once.</summary>
    public const string Steady = "steady";

    /// <summary>Fails now and then, and sometimes does not answer at all.</summary>
    public const string Flaky = "flaky";

    /// <summary>Takes its time.</summary>
    public const string Slow = "slow";

    /// <summary>Gets one after the other.</summary>
    public const string Ordered = "ordered";

    /// <summary>All event types. Of twenty events seventeen are orders, two moves and one a closing.</summary>
    public static IReadOnlyList<string> EventTypes { get; } = ["order.paid", "customer.moved", "account.closed"];

    /// <summary>The four subscriptions of a run; its seed names them and their secrets.</summary>
    public static IReadOnlyList<TestSubscription> Of(int seed) =>
    [
        Make(seed, Steady, "*", DeliveryOrder.None),
        Make(seed, Flaky, "order.*", DeliveryOrder.None),
        Make(seed, Slow, "customer.*", DeliveryOrder.None),
        Make(seed, Ordered, "account.*", DeliveryOrder.BlockOnExhausted),
    ];

    /// <summary>The type of an event.</summary>
    public static string EventTypeOf(int number) => EventTypes[(number % 20) switch { 0 => 2, 1 or 2 => 1, _ => 0 }];

    public Subscription ToSubscription(string receiver) => new()
    {
        Id = SubscriptionId.Parse(Id),
        Name = Name,
        Url = $"{receiver}/{Id}",
        Events = [EventPattern.Parse(Pattern)],
        Order = Order,
        Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret)),
    };

    public bool Gets(string eventType) => Pattern == "*" || eventType.StartsWith(Pattern.TrimEnd('*'), StringComparison.Ordinal);

    private static TestSubscription Make(int seed, string name, string pattern, DeliveryOrder order)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {name}")));
        // A version 7 UUID (RFC 9562), which ids of subscriptions are.
        var id = Convert.ToHexStringLower(hash.AsSpan(0, 16)).ToCharArray();
        (id[12], id[16]) = ('7', '8');
        return new TestSubscription(name, pattern, order, $"sub_{new string(id)}", "whsec_" + Convert.ToBase64String(hash));
    }
}
