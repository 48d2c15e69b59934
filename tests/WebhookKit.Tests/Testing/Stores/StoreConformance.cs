using WebhookKit.Testing;
using Xunit.Abstractions;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>Holds the stores of one fixture to the whole catalogue; each provider's tests derive from it.</summary>
public abstract class StoreConformance<TFixture> where TFixture : StoreFixture, new()
{
    [Theory]
    [MemberData(nameof(SpecCase.All), MemberType = typeof(SpecCase))]
    public Task Holds(SpecCase spec) => StoreSpecCatalog.RunAsync(spec.Id, new TFixture());

    /// <summary>A store need not say it, so it is no spec; these all do.</summary>
    [Fact]
    public async Task Every_delivery_says_how_many_targets_its_message_has()
    {
        await using var fixture = new TFixture();
        await fixture.StartAsync();
        int[] counts = [1, 3, 1, 1_500];
        await fixture.Store!.EnqueueAsync([.. counts.Select(Request)], CancellationToken.None);
        var said = new List<int>();
        while (said.Count < counts.Sum())
        {
            var leased = await fixture.Store.LeaseAsync(
                new LeaseRequest { Worker = "test", MaxLanes = 500, MaxDeliveriesPerLane = 9, Lease = TimeSpan.FromHours(1) }, CancellationToken.None);
            leased.Lanes.Should().NotBeEmpty();
            said.AddRange(leased.Lanes.SelectMany(lane => lane.Deliveries).Select(delivery => delivery.Targets ?? 0));
        }

        said.CountBy(targets => targets).Should().BeEquivalentTo(new Dictionary<int, int> { [1] = 2, [3] = 3, [1_500] = 1_500 });
    }

    private static EnqueueRequest Request(int targets)
    {
        var id = Guid.CreateVersion7();
        return new EnqueueRequest
        {
            Message = new WebhookMessage
            {
                Id = id, PublicId = $"msg_{id:N}", EventType = "test.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = "{}"u8.ToArray(),
            },
            Targets = [.. Enumerable.Range(0, targets).Select(_ => DeliveryTarget.To(new SubscriptionId(Guid.CreateVersion7())))],
        };
    }
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
