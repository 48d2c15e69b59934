using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WebhookKit.PostgreSql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Subscriptions;
using WebhookKit.Storage;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>What is asked often, or of much, takes an index: of some thousand rows the server reads no table from end to end.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The test framework ends it by IAsyncLifetime.")]
public sealed class QueryPlanTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionId Subscription = new(Guid.Parse("00000000-0000-0000-0000-000000000007"));
    private readonly PlanLog _plans = new();
    private readonly PostgreSqlSchema _schema = new();
    private NpgsqlDataSource _source = null!;
    private StoreServer _server = null!;
    private PostgreSqlStore _store = null!;
    private PostgreSqlSubscriptionStore _subscriptions = null!;

    public async Task InitializeAsync()
    {
        var options = new PostgreSqlStoreOptions { Schema = _schema.Name, Listen = false };
        _source = _plans.Open(PostgreSqlServer.Shared.ConnectionString());
        var format = new SettingsFormat(new NamedParts([]), protector: null);
        _server = new StoreServer(DataSources.From(_source, options), options, format, TimeProvider.System, NullLogger.Instance, clock: null);
        _store = new PostgreSqlStore(_server);
        _subscriptions = new PostgreSqlSubscriptionStore(_server.Database, format);
        await _server.Database.OpenAsync(None);
        await _schema.RunAsync(
            """
            INSERT INTO message (id, public_id, tenant, event_type, occurred_at, attributes, is_addressed, data, data_length, targets, accepted_at)
            SELECT lpad(to_hex(i), 32, '0')::uuid, 'msg_' || i, 't' || i % 40, CASE WHEN i % 500 = 0 THEN 'rare.type' ELSE 'order.placed' END,
                '2026-01-01', CASE WHEN i % 2 = 0 THEN jsonb_build_object('order', i::text) END, false, '{}', 2, 1,
                timestamptz '2026-01-01Z' + i * interval '1 minute'
            FROM generate_series(1, 30000) i;
            INSERT INTO delivery_ended (id, lane_id, message_id, subscription_id, tenant, event_type, enqueued_at, ended_at, attempts_made, cause, status)
            SELECT i, lpad(to_hex(i % 2000), 32, '0')::uuid, m.id, lpad(to_hex(i % 2000), 32, '0')::uuid, m.tenant,
                m.event_type, m.accepted_at, m.accepted_at, 1, 0,
                CASE WHEN i % 300 = 0 THEN 2 ELSE 1 END
            FROM generate_series(1, 20000) i JOIN message m ON m.public_id = 'msg_' || i ORDER BY i;
            INSERT INTO delivery (id, lane_id, message_id, subscription_id, due_at, enqueued_at, cause)
            SELECT i, lpad(to_hex(i % 2000), 32, '0')::uuid, m.id, lpad(to_hex(i % 2000), 32, '0')::uuid, m.accepted_at, m.accepted_at, 0
            FROM generate_series(20001, 30000) i JOIN message m ON m.public_id = 'msg_' || i ORDER BY i;
            SELECT setval('delivery_id', 40000);
            INSERT INTO attempt SELECT gen_random_uuid(), id, ended_at, 1, 1, 200, 0, 0, 0 FROM delivery_ended;
            INSERT INTO lane (id, visible_at)
            SELECT lpad(to_hex(i), 32, '0')::uuid, CASE WHEN i % 100 = 0 THEN timestamptz '2026-01-01' ELSE 'infinity' END FROM generate_series(0, 5000) i;
            INSERT INTO idempotency SELECT ':t1', 'k' || i, '', gen_random_uuid(), 'msg', 1, now() + interval '1 day' FROM generate_series(1, 5000) i;
            INSERT INTO subscription (id, change, version, settings, secrets)
            SELECT gen_random_uuid(), i, 1, '', '' FROM generate_series(1, 5000) i;
            UPDATE subscription SET removed_at = now();
            UPDATE subscription_change SET number = 5000;
            """);
        // These alone: the database has the tables of other tests too, and their locks.
        await _schema.RunAsync(
            "VACUUM ANALYZE message, delivery, delivery_ended, attempt, lane, wake, idempotency, destination, fan_out, subscription, subscription_change");
        _plans.Take();
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
        await _source.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task The_log_is_asked_by_indices()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "17000" };
        foreach (var query in new MessageQuery[]
        {
            new() { Tenant = "t3" }, new() { AllTenants = true }, new() { AllTenants = true, EventType = "rare.type" },
            new() { AllTenants = true, Attributes = attributes }, new() { AllTenants = true, Continuation = "20000" },
        })
            await ByIndexAsync(query.ToString(), () => _store.ListMessagesAsync(query, None));
        foreach (var query in new DeliveryQuery[]
        {
            new() { AllTenants = true }, new() { AllTenants = true, Subscription = Subscription }, new() { AllTenants = true, MessageId = "msg_17" },
            new() { AllTenants = true, Status = DeliveryStatus.Dead }, new() { AllTenants = true, DeadReason = DeadReason.Gone },
            new() { AllTenants = true, Status = DeliveryStatus.Dead, EventType = "rare.type" }, new() { Tenant = "t3", Status = DeliveryStatus.Dead },
            new() { Tenant = "t3", Status = DeliveryStatus.Delivered }, new() { AllTenants = true, Status = DeliveryStatus.Delivered, EventType = "rare.type" },
            new() { AllTenants = true, Attributes = attributes }, new() { AllTenants = true, Continuation = "15000" },
            new() { Tenant = "t3", Subscription = Subscription },
        })
            await ByIndexAsync(query.ToString(), () => _store.ListDeliveriesAsync(query, None));
        await ByIndexAsync("find message", () => _store.FindMessageAsync("msg_17", None));
        await ByIndexAsync("find delivery", () => _store.FindDeliveryAsync(new DeliveryId(17), None));
        await ByIndexAsync("list attempts", () => _store.ListAttemptsAsync(new DeliveryId(17), None));
        await ByIndexAsync("find lane", () => _store.FindLaneAsync(LaneId.Of(Subscription), None));
        await ByIndexAsync("count", () => _store.CountAsync(new StatisticsQuery { AllTenants = true, Subscription = Subscription }, None));
    }

    [Fact]
    public async Task A_long_time_ago_is_found_without_reading_all_since()
    {
        await ByIndexAsync("messages", () => _store.ListMessagesAsync(
            new MessageQuery { AllTenants = true, Since = Start.AddHours(2), Until = Start.AddHours(3) }, None));
        _plans.Take();
        var deliveries = await _store.ListDeliveriesAsync(
            new DeliveryQuery { AllTenants = true, Status = DeliveryStatus.Delivered, Since = Start.AddHours(2), Until = Start.AddHours(3) }, None);

        deliveries.Items.Should().HaveCount(60);
        _plans.Take().Should().ContainSingle(plan => plan.Contains("Bitmap Index Scan on delivery_ended_enqueued", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Subscriptions_are_checked_by_an_index()
    {
        await _subscriptions.MatchAsync([], None);

        await ByIndexAsync("check", () => _subscriptions.MatchAsync([], None));
    }

    [Fact]
    public async Task The_queue_is_worked_by_indices()
    {
        var message = new WebhookMessage
        {
            Id = Guid.CreateVersion7(), PublicId = "msg_new", Tenant = "t3", EventType = "order.placed", Timestamp = Start, Data = Encoding.UTF8.GetBytes("{}"),
        };
        var enqueue = new EnqueueRequest
        {
            Message = message, Targets = [DeliveryTarget.To(Subscription)],
            Idempotency = new IdempotencyKey { Key = "new", ContentHash = new byte[32], Lifetime = TimeSpan.FromDays(1) },
        };
        await ByIndexAsync("enqueue", () => _store.EnqueueAsync([enqueue], None));
        await ByIndexAsync("enqueue again", () => _store.EnqueueAsync([enqueue], None));
        var lease = new LeaseRequest { Worker = "test", MaxLanes = 2, MaxDeliveriesPerLane = 2, Lease = TimeSpan.FromMinutes(1), MaxWait = TimeSpan.Zero };
        var lane = (await ByIndexAsync("lease", () => _store.LeaseAsync(lease, None))).Lanes[0];
        await ByIndexAsync("refill", () => _store.RefillAsync([new LaneRefill { Lane = lane.Lane, Token = lane.Token, Quota = 2, InFlight = [] }], None));
        await ByIndexAsync("renew", () => _store.RenewAsync([new LaneRenewal(lane.Lane, lane.Token, TimeSpan.FromMinutes(1))], None));
        await ByIndexAsync("settle", () => _store.SettleAsync(
            [Settlements.Delivered(lane, lane.Deliveries[0]), Settlements.Retry(lane, lane.Deliveries[1], TimeSpan.FromMinutes(1))], None));
        await ByIndexAsync("release", async () =>
        {
            await _store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], None);
            return true;
        });
        await ByIndexAsync("redeliver", () => _store.RedeliverAsync([Redelivery.Of(new DeliveryId(17), once: true)], None));
        await ByIndexAsync("cancel", () => _store.CancelAsync([new DeliveryId(25_000)], None));
        await ByIndexAsync("cancel message", () => _store.CancelMessageAsync("msg_26000", 100, None));
    }

    [Fact]
    public async Task Removal_goes_by_indices()
    {
        var age = DateTimeOffset.UtcNow - Start.AddHours(3);
        // Lanes are swept from end to end, now and then: they are as many as there are receivers.
        await ByIndexAsync("trim", () => _store.TrimAsync(new TrimRequest { Data = age, Log = age, Limit = 50 }, None));
        await ByIndexAsync("erase", () => _store.EraseAsync("t3", 50, None));
    }

    private async Task<T> ByIndexAsync<T>(string what, Func<ValueTask<T>> call)
    {
        _plans.Take();
        var result = await call();
        var plans = _plans.Take();
        plans.Should().NotBeEmpty(what);
        foreach (var table in new[] { "message", "delivery", "delivery_ended", "attempt_default", "lane", "idempotency", "subscription" })
            plans.Should().NotContain(plan => plan.Contains($"Seq Scan on {table} ", StringComparison.Ordinal), what);
        return result;
    }
}
