using System.Reflection;

namespace WebhookKit.Tests.Queueing;

/// <summary>Holds every store of this project to every spec.</summary>
public sealed class SpecCompletenessTests
{
    private static readonly Type[] TestTypes = typeof(SpecCompletenessTests).Assembly.GetTypes();

    [Fact]
    public void Every_store_is_held_to_every_spec()
    {
        var stores = Stores().ToArray();
        var specs = TestTypes.Where(IsSpec).ToArray();
        var fixtures = TestTypes.Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StoreFixture)))
            .ToLookup(type => ((StoreFixture)Activator.CreateInstance(type)!).StoreType);
        stores.Should().NotBeEmpty();
        specs.Should().HaveCountGreaterThanOrEqualTo(11);

        var missing =
            from store in stores
            from spec in specs
            where !fixtures[store].Any(fixture => IsHeldTo(fixture, spec))
            select $"{store.Name} is not held to {spec.Name}";

        missing.Should().BeEmpty();
    }

    private static IEnumerable<Type> Stores() => Directory.GetFiles(AppContext.BaseDirectory, "WebhookKit*.dll")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
        .SelectMany(name => Assembly.Load(name).GetTypes())
        .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IWebhookStore)));

    private static bool IsSpec(Type type) =>
        type is { IsAbstract: true, IsGenericTypeDefinition: true, BaseType: { IsGenericType: true } parent }
        && parent.GetGenericTypeDefinition() == typeof(DeliveryQueueSpecs<>);

    private static bool IsHeldTo(Type fixture, Type spec) =>
        TestTypes.Any(type => type is { IsAbstract: false, IsPublic: true } && type.BaseType == spec.MakeGenericType(fixture));
}
