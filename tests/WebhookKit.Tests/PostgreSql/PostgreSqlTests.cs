using System.Globalization;
using Npgsql;
using WebhookKit.Testing;
using WebhookKit.Tests.DependencyInjection;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Nodes on a schema of the test's own, on the shared server unless it says otherwise, with the server's time.</summary>
public abstract class PostgreSqlTests : IAsyncDisposable
{
    private static int _made;
    private readonly List<PostgreSqlNode> _nodes = [];

    private protected string Schema { get; } = "t" + Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);

    private protected TestHost.Logs Logs { get; } = new();

    private protected virtual string ConnectionString => PostgreSqlServer.Shared.ConnectionString();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await PostgreSqlServer.Shared.RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    private protected PostgreSqlNode Node(Action<PostgreSqlStoreOptions>? configure = null, string? connectionString = null)
    {
        var options = new PostgreSqlStoreOptions { Schema = Schema, Listen = false };
        configure?.Invoke(options);
        var node = new PostgreSqlNode(connectionString ?? ConnectionString, options, TimeProvider.System, clock: null, Logs);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The lines that say that the store works or does not, and then with which fault, in their order.</summary>
    private protected string[] StateLines() =>
        [.. Logs.Lines.Where(line => line.Id is 1450 or 1451).Select(line => line.Id == 1451 ? "1451" : $"1450 {FaultIn(line.Text)}")];

    private static string FaultIn(string line) => line.Split('(', ')')[1];

    private protected Task RunAsync(string sql) => PostgreSqlServer.Shared.RunAsync(sql.Replace("{schema}", Schema, StringComparison.Ordinal));

    private protected static string With(string connectionString, Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        change(builder);
        return builder.ConnectionString;
    }

    private protected static EnqueueRequest Request(int lane = 1)
    {
        var (id, lanes) = (Guid.CreateVersion7(), new Guid(lane, 0, 0, new byte[8]));
        return new EnqueueRequest
        {
            Message = new WebhookMessage
            {
                Id = id, PublicId = $"msg_{id:N}", EventType = "test.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = "{}"u8.ToArray(),
            },
            Targets = [new DeliveryTarget { Lane = new LaneId(lanes), Subscription = new SubscriptionId(lanes) }],
        };
    }

    private protected static Task EnqueueAsync(PostgreSqlNode node, params EnqueueRequest[] requests) =>
        node.Store.EnqueueAsync(requests, CancellationToken.None).AsTask();

    private protected static async Task<IReadOnlyList<LeasedLane>> LeaseAsync(PostgreSqlNode node, TimeSpan wait = default) => (await node.Store.LeaseAsync(
        new LeaseRequest { Worker = "test", MaxLanes = 100, MaxDeliveriesPerLane = 1_000, Lease = TimeSpan.FromMinutes(5), MaxWait = wait },
        CancellationToken.None)).Lanes;

    /// <summary>Leases, delivers and releases what is due; answers with how many deliveries that were.</summary>
    private protected static async Task<int> WorkAsync(PostgreSqlNode node)
    {
        var lanes = await LeaseAsync(node);
        foreach (var lane in lanes)
        {
            await node.Store.SettleAsync([.. lane.Deliveries.Select(delivery => Settlements.Delivered(lane, delivery))], CancellationToken.None);
            await node.Store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None);
        }

        return lanes.Sum(lane => lane.Deliveries.Count);
    }

    private protected static async Task<WebhookStoreException> FailureAsync(Func<Task> call) =>
        (await call.Should().ThrowAsync<WebhookStoreException>()).Which;
}
