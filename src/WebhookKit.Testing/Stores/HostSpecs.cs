using System.Text;

namespace WebhookKit.Testing.Stores;

/// <summary>
/// What a whole host does on a store: it publishes, sends and is operated, in virtual time, with captured requests. If the fixture has no store of
/// subscriptions, they are kept in memory.
/// </summary>
/// <param name="fixture">The provider's fixture, started.</param>
internal abstract class HostSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private readonly StoreFixture _fixture = fixture;

    /// <summary>When failed attempts are repeated in these specs, unless they say otherwise: after an hour, twice.</summary>
    protected static RetryPolicy Hourly { get; } = RetryPolicy.Fixed(2, TimeSpan.FromHours(1)) with { Jitter = 0 };

    /// <summary>How long until the next attempt of <see cref="Hourly"/>.</summary>
    protected static TimeSpan Hour => TimeSpan.FromHours(1);

    /// <summary>Starts a host on the fixture's stores.</summary>
    protected Task<SpecHost> StartAsync(Action<WebhookOptions>? configure = null) => SpecHost.StartAsync(
        Store, _fixture.Subscriptions,
        _fixture.Clock ?? throw new WebhookException($"{_fixture.GetType().Name}.{nameof(StoreFixture.Clock)} is null, and whole hosts need it."),
        configure);

    /// <summary>Dead-letters everything that waits in one lane, without a request, oldest first; answers with it.</summary>
    protected async Task<DeliveryId[]> DeadLetterAsync(int count)
    {
        var lane = await LeaseOneAsync(count);
        await SettleAsync([.. lane.Deliveries.Select(delivery => Settlements.Dead(lane, delivery))]);
        await ReleaseAsync(lane);
        return [.. lane.Deliveries.Select(delivery => delivery.Id)];
    }

    /// <summary>All deliveries of all tenants, oldest first.</summary>
    protected async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync()
    {
        var all = new List<DeliveryRecord>();
        for (string? next = null; ;)
        {
            var page = await ListAsync(new DeliveryQuery { AllTenants = true, Limit = 1000, Continuation = next });
            all.InsertRange(0, page.Items.Reverse());
            if (page.Next is null)
                return all;
            next = page.Next;
        }
    }

    /// <summary>What an operation has done.</summary>
    protected static OperationProgress Progress(long examined, long done, long leftOut) => new() { Examined = examined, Done = done, LeftOut = leftOut };

    /// <summary>The one delivery there is.</summary>
    protected async Task<DeliveryRecord> DeliveryAsync() => Expect.One(await DeliveriesAsync());

    /// <summary>JSON as bytes.</summary>
    protected static ReadOnlyMemory<byte> Json(string json) => Encoding.UTF8.GetBytes(json);
}
