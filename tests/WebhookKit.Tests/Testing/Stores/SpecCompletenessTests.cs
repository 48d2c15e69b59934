using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>Holds every store of this project to every spec.</summary>
public sealed class SpecCompletenessTests
{
    [Fact]
    public async Task Every_store_is_held_to_every_spec()
    {
        var held = new List<Type?>();
        foreach (var fixture in Fixtures())
        {
            await fixture.StartAsync();
            held.AddRange([fixture.Store?.GetType(), fixture.Subscriptions?.GetType()]);
            await fixture.DisposeAsync();
        }

        Stores().Should().HaveCountGreaterThanOrEqualTo(2);
        Stores().Where(store => !held.Contains(store)).Should().BeEmpty("each store needs a fixture and a class that derives from StoreConformance");
    }

    [Fact]
    public void The_catalogue_has_every_topic_and_no_two_specs_of_one_name()
    {
        StoreSpecCatalog.All.Select(spec => spec.Id).Should().OnlyHaveUniqueItems();
        StoreSpecCatalog.All.Should().HaveCount(StoreSpecCatalog.Deliveries.Count + StoreSpecCatalog.Subscriptions.Count);
        StoreSpecCatalog.All.Select(spec => spec.Topic).Distinct().Should().BeEquivalentTo(
        [
            "Cancel", "CancelOperation", "DeliveryLog", "DeliveryQuery", "Destination", "DispatchOrder", "DueTime", "Enqueue", "Erase", "ExplainOperation",
            "Fairness", "FanOut", "Fencing", "Hold", "Idempotency", "LaneRecord", "Lease", "Lifecycle", "LongPoll", "MessageLog", "Order", "Recovery",
            "RecoverOperation", "Redelivery", "Refill", "Retention", "Settle", "Statistics", "Subscription", "WakeUp",
        ]);
    }

    [Fact]
    public void Every_public_method_of_a_topic_is_in_the_catalogue()
    {
        var methods = typeof(StoreSpecs).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StoreSpecs)))
            .SelectMany(type => type.GetMethods(System.Reflection.BindingFlags.DeclaredOnly | System.Reflection.BindingFlags.Public
                | System.Reflection.BindingFlags.Instance), (type, method) => $"{type.Name[..^"Specs".Length]}.{method.Name}");

        methods.Should().BeEquivalentTo(StoreSpecCatalog.All.Select(spec => spec.Id.Split('(')[0]).Distinct(), "a method without [Spec] never runs");
    }

    private static IEnumerable<Type> Stores() => Directory.GetFiles(AppContext.BaseDirectory, "WebhookKit*.dll")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
        .SelectMany(name => System.Reflection.Assembly.Load(name).GetTypes())
        .Where(type => type is { IsAbstract: false, IsInterface: false })
        .Where(type => type.IsAssignableTo(typeof(IWebhookStore)) || type.IsAssignableTo(typeof(ISubscriptionStore)));

    private static IEnumerable<StoreFixture> Fixtures() =>
        from type in typeof(SpecCompletenessTests).Assembly.GetTypes()
        where type is { IsAbstract: false, IsPublic: true, BaseType.IsGenericType: true }
        where type.BaseType!.GetGenericTypeDefinition() == typeof(StoreConformance<>)
        select (StoreFixture)Activator.CreateInstance(type.BaseType!.GetGenericArguments()[0])!;
}
