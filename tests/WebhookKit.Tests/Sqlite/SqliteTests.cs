using WebhookKit.Sqlite.Writing;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Sqlite;

/// <summary>Files in a folder of the test's own, and shorthand for working a store on one.</summary>
public abstract class SqliteTests : IDisposable
{
    private protected static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected SqliteFolder Folder { get; } = new();

    private protected VirtualClock Clock => Folder.Clock;

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static LaneId Lane(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private protected static EnqueueRequest Request(int lane = 1, int targets = 1, int bytes = 10, TimeSpan delay = default, IdempotencyKey? key = null)
    {
        var id = Guid.CreateVersion7();
        var message = new WebhookMessage
        {
            Id = id, PublicId = $"msg_{id:N}", EventType = "test.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = new byte[bytes],
        };
        var target = new DeliveryTarget { Lane = Lane(lane), Subscription = new SubscriptionId(Lane(lane).Value), Delay = delay };
        return new EnqueueRequest { Message = message, Targets = [.. Enumerable.Repeat(target, targets)], Idempotency = key };
    }

    private protected static async Task EnqueueAsync(SqliteNode node, params EnqueueRequest[] requests) =>
        await node.Store.EnqueueAsync(requests, CancellationToken.None);

    private protected static async Task<LeaseResult> LeaseAsync(SqliteNode node, int deliveries = 100, TimeSpan wait = default, CancellationToken token = default) =>
        await node.Store.LeaseAsync(
            new LeaseRequest { Worker = "test", MaxLanes = 10, MaxDeliveriesPerLane = deliveries, Lease = LeaseTime, MaxWait = wait }, token);

    /// <summary>Leases what is due, settles it, and releases the lanes; answers with how many deliveries that were.</summary>
    private protected static async Task<int> WorkAsync(SqliteNode node)
    {
        var lanes = (await LeaseAsync(node)).Lanes;
        foreach (var lane in lanes)
        {
            await node.Store.SettleAsync([.. lane.Deliveries.Select(delivery => Settlements.Delivered(lane, delivery))], CancellationToken.None);
            await node.Store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None);
        }

        return lanes.Sum(lane => lane.Deliveries.Count);
    }

    private protected static async Task<IReadOnlyList<DeliveryRecord>> ListAsync(SqliteNode node) =>
        (await node.Store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 1000 }, CancellationToken.None)).Items;

    private protected static async Task<long> WaitingAsync(SqliteNode node) => (await node.Store.MeasureAsync(CancellationToken.None)).Waiting;

    /// <summary>Does something with the connection that writes, on its thread.</summary>
    private protected static async Task<T> WriteAsync<T>(SqliteNode node, Func<Session, T> run)
    {
        var open = await node.File.OpenAsync(CancellationToken.None);
        return await open.Writer.RunAsync((session, _) => run(session), committed: null, CancellationToken.None);
    }
}
