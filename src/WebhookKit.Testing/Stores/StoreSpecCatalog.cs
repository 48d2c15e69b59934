using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using WebhookKit.Testing.Stores;

namespace WebhookKit.Testing;

/// <summary>
/// All that every store must do, for the tests of a storage provider. Any test framework can drive it; with xunit one class is enough:
/// <code>
/// public sealed class MyStoreSpecs
/// {
///     public static TheoryData&lt;string&gt; Specs => [.. StoreSpecCatalog.All.Select(spec => spec.Id)];
///
///     [Theory, MemberData(nameof(Specs))]
///     public Task Holds(string spec) => StoreSpecCatalog.RunAsync(spec, new MyFixture());
/// }
/// </code>
/// A provider of deliveries alone takes <see cref="Deliveries"/>, one of subscriptions alone takes <see cref="Subscriptions"/>.
/// The specs are found by reflection, so a test project that uses them cannot be trimmed.
/// </summary>
[RequiresUnreferencedCode("The specs are found by reflection over this assembly.")]
public static class StoreSpecCatalog
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    private const string TopicSuffix = "Specs";

    /// <summary>Every spec, by topic and in the order in which a topic has them.</summary>
    public static IReadOnlyList<StoreSpec> All { get; } = [.. Topics().SelectMany(SpecsOf)];

    /// <summary>The specs of <see cref="IWebhookStore"/>, those of whole hosts among them.</summary>
    public static IReadOnlyList<StoreSpec> Deliveries { get; } = [.. All.Where(spec => !IsOfSubscriptions(spec))];

    /// <summary>The specs of whole hosts on the stores: publish, send, operate. They need <see cref="StoreFixture.Clock"/>.</summary>
    public static IReadOnlyList<StoreSpec> Hosts { get; } = [.. Topics().Where(type => type.IsSubclassOf(typeof(HostSpecs))).SelectMany(SpecsOf)];

    /// <summary>The specs of <see cref="ISubscriptionStore"/>.</summary>
    public static IReadOnlyList<StoreSpec> Subscriptions { get; } = [.. All.Where(IsOfSubscriptions)];

    /// <summary>Holds a store to the spec with this id.</summary>
    /// <param name="id">The spec's <see cref="StoreSpec.Id"/>.</param>
    /// <param name="fixture">A fixture that was not started yet; it is started and disposed of.</param>
    /// <exception cref="ArgumentException">There is no such spec.</exception>
    /// <exception cref="SpecFailedException">The store does not do what the spec says.</exception>
    public static Task RunAsync(string id, StoreFixture fixture) =>
        (All.FirstOrDefault(spec => string.Equals(spec.Id, id, StringComparison.Ordinal))
            ?? throw new ArgumentException($"There is no spec '{id}'. The catalogue's list has all of them.", nameof(id))).RunAsync(fixture);

    private static bool IsOfSubscriptions(StoreSpec spec) => string.Equals(spec.Topic, "Subscription", StringComparison.Ordinal);

    private static IEnumerable<Type> Topics() => typeof(StoreSpecs).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(StoreSpecs)))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static IEnumerable<StoreSpec> SpecsOf(Type topic) =>
        from method in topic.GetMethods(Declared).OrderBy(method => method.MetadataToken)
        from arguments in CasesOf(topic, method)
        select new StoreSpec(topic.Name[..^TopicSuffix.Length], NameOf(method, arguments), fixture => Invoke(topic, method, arguments, fixture));

    private static IEnumerable<object?[]> CasesOf(Type topic, MethodInfo method) =>
        method.GetCustomAttribute<SpecCasesAttribute>() is { } cases
            ? (IEnumerable<object?[]>)topic.GetProperty(cases.Property, Declared)!.GetValue(obj: null)!
            : method.GetCustomAttributes<SpecAttribute>().Select(spec => spec.Arguments.ToArray());

    private static string NameOf(MethodInfo method, object?[] arguments) =>
        arguments.Length == 0 ? method.Name : $"{method.Name}({string.Join(", ", arguments.Select(TextOf))})";

    private static string TextOf(object? argument) => argument switch
    {
        null => "null",
        string text => $"\"{text}\"",
        _ => Convert.ToString(argument, CultureInfo.InvariantCulture)!,
    };

    private static Task Invoke(Type topic, MethodInfo method, object?[] arguments, StoreFixture fixture) => (Task)method.Invoke(
        Activator.CreateInstance(topic, fixture), BindingFlags.DoNotWrapExceptions, binder: null, arguments, CultureInfo.InvariantCulture)!;
}
