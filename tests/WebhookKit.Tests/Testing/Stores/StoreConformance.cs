using WebhookKit.Testing;
using Xunit.Abstractions;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>Holds the stores of one fixture to the whole catalogue; each provider's tests derive from it.</summary>
public abstract class StoreConformance<TFixture> where TFixture : StoreFixture, new()
{
    [Theory]
    [MemberData(nameof(SpecCase.All), MemberType = typeof(SpecCase))]
    public Task Holds(SpecCase spec) => StoreSpecCatalog.RunAsync(spec.Id, new TFixture());
}

/// <summary>The id of a spec, as xunit shows it: in full, where it would cut a string.</summary>
public sealed class SpecCase : IXunitSerializable
{
    public SpecCase() => Id = "";

    public SpecCase(string id) => Id = id;

    public static TheoryData<SpecCase> All => [.. StoreSpecCatalog.All.Select(spec => new SpecCase(spec.Id))];

    public string Id { get; private set; }

    public void Deserialize(IXunitSerializationInfo info) => Id = info.GetValue<string>(nameof(Id));

    public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(Id), Id);

    public override string ToString() => Id;
}
