using WebhookKit.Subscriptions;

namespace WebhookKit.Tests.Subscriptions;

public sealed class MatchIndexTests
{
    private static readonly Comparer<SubscriptionId> ById = Comparer<SubscriptionId>.Create((x, y) => x.Value.CompareTo(y.Value));
    private static readonly string[] Words = ["a", "b", "ab", "c"];
    private static readonly string?[] Tenants = [null, "t", "T"];
    private static readonly string?[] Groups = [null, "a", "G"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void It_finds_what_a_look_at_every_subscription_finds(int seed)
    {
        var random = new Random(seed);
        var index = new MatchIndex();
        var all = new List<Subscription>();
        var found = 0;
        for (var step = 0; step < 5_000; step++)
        {
            Change(random, index, all);
            var e = new EventToMatch { Tenant = Pick(random, Tenants), EventType = Name(random), Group = Pick(random, Groups) };

            var matches = index.Find(e);

            matches.Order(ById).SequenceEqual(all.Where(s => IsMatch(s, e)).Select(s => s.Id).Order(ById))
                .Should().BeTrue("of {0} at step {1}, seed {2}", e, step, seed);
            found += matches.Count;
        }

        found.Should().BeGreaterThan(1_000, "a search that finds nothing proves nothing");
    }

    [Fact]
    public void An_index_from_which_everything_was_removed_finds_nothing()
    {
        var random = new Random(7);
        var index = new MatchIndex();
        var all = new List<Subscription>();
        for (var step = 0; step < 500; step++)
            Change(random, index, all);
        all.ForEach(index.Remove);

        foreach (var tenant in Tenants)
        {
            for (var i = 0; i < 200; i++)
                index.Find(new EventToMatch { Tenant = tenant, EventType = Name(random), Group = Pick(random, Groups) }).Should().BeEmpty();
        }
    }

    private static void Change(Random random, MatchIndex index, List<Subscription> all)
    {
        var at = random.Next(all.Count + 1);
        if (at == all.Count || all.Count < 10)
        {
            all.Add(Make(random, new SubscriptionId(new Guid(random.Next(), 0, 0, new byte[8]))));
            index.Add(all[^1]);
            return;
        }

        index.Remove(all[at]);
        if (all.Count > 40)
        {
            all.RemoveAt(at);
            return;
        }

        all[at] = Make(random, all[at].Id);
        index.Add(all[at]);
    }

    private static Subscription Make(Random random, SubscriptionId id) => new()
    {
        Id = id,
        Tenant = Pick(random, Tenants),
        Url = "https://example.com/",
        Status = (SubscriptionStatus)random.Next(4),
        Events = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pattern(random))],
    };

    private static EventPattern Pattern(Random random) => random.Next(6) switch
    {
        0 => EventPattern.All,
        1 => EventPattern.Group(random.Next(2) == 0 ? "a" : "G"),
        2 or 3 => EventPattern.Parse(Name(random) + ".*"),
        _ => EventPattern.Parse(Name(random)),
    };

    private static string Name(Random random) => string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Words)));

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];

    /// <summary>The rules as they are written down, one by one.</summary>
    private static bool IsMatch(Subscription s, EventToMatch e) =>
        s.Tenant == e.Tenant
        && (s.Status is SubscriptionStatus.Active or SubscriptionStatus.Paused)
        && s.Events.Any(p => p.ToString() switch
        {
            "*" => true,
            var t when t.StartsWith("group:", StringComparison.Ordinal) => t["group:".Length..] == e.Group,
            var t when t.EndsWith(".*", StringComparison.Ordinal) => e.EventType.StartsWith(t[..^1], StringComparison.Ordinal),
            var t => t == e.EventType,
        });
}
