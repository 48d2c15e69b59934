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
        var (found, refused) = (0, 0);
        for (var step = 0; step < 5_000; step++)
        {
            Change(random, index, all);
            var e = new EventToMatch
            {
                Tenant = Pick(random, Tenants), EventType = Name(random), Group = Pick(random, Groups), Attributes = Attributes(random),
            };

            var matches = index.Find(e);

            matches.Order(ById).SequenceEqual(all.Where(s => IsMatch(s, e)).Select(s => s.Id).Order(ById))
                .Should().BeTrue("of {0} at step {1}, seed {2}", e, step, seed);
            matches.All(id => all.Single(s => s.Id == id).Matches(e)).Should().BeTrue();
            all.Count(s => s.Matches(e)).Should().Be(matches.Count);
            found += matches.Count;
            refused += all.Count(s => IsMatch(s with { Filter = [] }, e)) - matches.Count;
        }

        found.Should().BeGreaterThan(1_000, "a search that finds nothing proves nothing");
        refused.Should().BeGreaterThan(1_000, "filters that accept everything prove nothing");
    }

    [Fact]
    public void Matching_subscriptions_of_one_pattern_without_a_filter_allocates_nothing()
    {
        var index = new MatchIndex();
        for (var i = 0; i < 2_000; i++)
            index.Add(new Subscription { Id = Id(i), Url = "https://example.com/", Events = [EventPattern.Parse("a.b.*")] });
        var e = new EventToMatch { EventType = "a.b.c", Group = "g", Tenant = null, Attributes = new Dictionary<string, string> { ["x"] = "1" } };
        index.Find(e).Should().HaveCount(2_000);

        // The runtime itself allocates on this thread now and then, as when it compiles a method anew; what a call allocates shows in every batch.
        const int batches = 5;
        var least = long.MaxValue;
        for (var batch = 0; batch < batches && least > 0; batch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                index.Find(e);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
    }

    [Fact]
    public void Only_the_filters_of_those_whose_pattern_matches_are_looked_at()
    {
        var index = new MatchIndex();
        var asked = new CountingAttributes();
        for (var i = 0; i < 100; i++)
            index.Add(Filtered(i, i % 10 == 0 ? ["a", "*", "a"] : ["b"]));

        index.Find(new EventToMatch { EventType = "a", Attributes = asked }).Should().HaveCount(10);

        asked.Asked.Should().Be(10, "each candidate is asked once, however many of its patterns match");

        static Subscription Filtered(int i, string[] patterns) => new()
        {
            Id = Id(i),
            Url = "https://example.com/",
            Events = [.. patterns.Select(EventPattern.Parse)],
            Filter = [AttributeCondition.Missing("x")],
        };
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

    private static SubscriptionId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private static void Change(Random random, MatchIndex index, List<Subscription> all)
    {
        var at = random.Next(all.Count + 1);
        if (at == all.Count || all.Count < 10)
        {
            all.Add(Make(random, Id(random.Next())));
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
        Filter = [.. Enumerable.Range(0, Math.Max(0, random.Next(5) - 2)).Select(_ => Condition(random))],
    };

    private static AttributeCondition Condition(Random random) => (AttributeConditionKind)random.Next(5) switch
    {
        AttributeConditionKind.Is => AttributeCondition.Is(Pick(random, Words), Pick(random, Words), Pick(random, Words)),
        AttributeConditionKind.IsNot => AttributeCondition.IsNot(Pick(random, Words), Pick(random, Words)),
        AttributeConditionKind.StartsWith => AttributeCondition.StartsWith(Pick(random, Words), Pick(random, Words), Pick(random, Words)),
        AttributeConditionKind.Exists => AttributeCondition.Exists(Pick(random, Words)),
        _ => AttributeCondition.Missing(Pick(random, Words)),
    };

    private static Dictionary<string, string> Attributes(Random random) =>
        Enumerable.Range(0, random.Next(4)).Select(_ => Pick(random, Words)).Distinct().ToDictionary(name => name, _ => Pick(random, Words));

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
        })
        && s.Filter.All(c => (c.Kind, e.Attributes.GetValueOrDefault(c.Name)) switch
        {
            (AttributeConditionKind.Is, var value) => c.Values.Any(v => v == value),
            (AttributeConditionKind.IsNot, var value) => c.Values.All(v => v != value),
            (AttributeConditionKind.StartsWith, null) => false,
            (AttributeConditionKind.StartsWith, var value) => c.Values.Any(v => value.AsSpan().StartsWith(v)),
            (AttributeConditionKind.Exists, var value) => value != null,
            (_, var value) => value == null,
        });

    private sealed class CountingAttributes : Dictionary<string, string>, IReadOnlyDictionary<string, string>
    {
        public int Asked { get; private set; }

        bool IReadOnlyDictionary<string, string>.TryGetValue(string key, out string value)
        {
            Asked++;
            return TryGetValue(key, out value!);
        }
    }
}
