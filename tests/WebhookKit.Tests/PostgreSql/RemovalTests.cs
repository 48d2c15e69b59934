using System.Diagnostics.CodeAnalysis;
using System.Text;
using Npgsql;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Trimming and erasing while others are at it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The test framework ends it by IAsyncLifetime.")]
public sealed class RemovalTests : IAsyncLifetime
{
    private const string Tenant = "acme";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PostgreSqlSchema _schema = new();
    private PostgreSqlNode _one = null!;
    private PostgreSqlNode _other = null!;

    public async Task InitializeAsync()
    {
        (_one, _other) = (_schema.AddNode(), _schema.AddNode());
        await _one.Database.OpenAsync(None);
    }

    public async Task DisposeAsync() => await _schema.DisposeAsync();

    [Fact]
    public async Task One_message_that_somebody_is_at_does_not_end_the_trimming()
    {
        await EnqueueAsync(_one, Enumerable.Range(0, 10).Select(_ => Request(Target(1))));
        await WorkAsync(_one);
        _schema.Clock.Advance(TimeSpan.FromDays(1));
        await using var connection = await _schema.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var lockOne = new NpgsqlCommand("SELECT 1 FROM message ORDER BY seq LIMIT 1 FOR UPDATE", connection, transaction))
            await lockOne.ExecuteNonQueryAsync();

        (await TrimAsync(_one, limit: 5)).Should().Be(new RemovalResult(4, HasMore: true));
        (await TrimAsync(_one, limit: 100)).Should().Be(new RemovalResult(5, HasMore: true));

        await transaction.RollbackAsync();
        (await TrimAsync(_one, limit: 100)).Should().Be(new RemovalResult(1, HasMore: false));
    }

    [Fact]
    public async Task Two_nodes_that_trim_at_once_forget_everything_once()
    {
        await EnqueueAsync(_one, Enumerable.Range(0, 200).Select(i => Request(Target(i % 7), Target(10 + (i % 5)))));
        await WorkAsync(_one);
        _schema.Clock.Advance(TimeSpan.FromDays(1));

        var removed = await Task.WhenAll(new[] { _one, _other }.Select(node => Task.Run(async () =>
        {
            var (sum, result) = (0, default(RemovalResult));
            do
            {
                result = await TrimAsync(node, limit: 20);
                sum += result.Removed;
            }
            while (result is { HasMore: true, Removed: > 0 });
            return sum;
        })));
        while (await TrimAsync(_one, limit: 500) is { Removed: > 0 } rest)
            removed[0] += rest.Removed;

        removed.Sum().Should().Be(400);
        (await CountAsync("message", "delivery", "delivery_ended", "attempt")).Should().Be(0);
    }

    [Fact]
    public async Task Keys_that_have_expired_go_however_many_they_are()
    {
        await _schema.RunAsync(
            """
            INSERT INTO idempotency SELECT ':acme', 'k' || i, '', gen_random_uuid(), 'msg_' || i, 1, '2000-01-01' FROM generate_series(1, 2500) i;
            INSERT INTO idempotency SELECT ':acme', 'kept', '', gen_random_uuid(), 'msg_kept', 1, 'infinity'
            """);

        (await TrimAsync(_one, limit: 10)).Should().Be(new RemovalResult(0, HasMore: false));

        (await _schema.ReadAsync<string>("SELECT string_agg(key, ' ') FROM idempotency")).Should().Be("kept");
    }

    [Fact]
    public async Task Some_keys_that_have_expired_go_with_every_batch_while_there_is_more_to_trim()
    {
        await EnqueueAsync(_one, Enumerable.Range(0, 4).Select(_ => Request(Target(1))));
        await WorkAsync(_one);
        await _schema.RunAsync(
            "INSERT INTO idempotency SELECT ':acme', 'k' || i, '', gen_random_uuid(), 'msg_' || i, 1, '2000-01-01' FROM generate_series(1, 2500) i");
        _schema.Clock.Advance(TimeSpan.FromDays(1));

        (await TrimAsync(_one, limit: 1)).Should().Be(new RemovalResult(1, HasMore: true));
        (await CountAsync("idempotency")).Should().Be(1_500);
        (await TrimAsync(_one, limit: 1)).Should().Be(new RemovalResult(1, HasMore: true));
        (await CountAsync("idempotency")).Should().Be(500);
        (await TrimAsync(_one, limit: 2)).Should().Be(new RemovalResult(2, HasMore: false));
        (await CountAsync("idempotency")).Should().Be(0);
    }

    [Fact]
    public async Task Destinations_that_nothing_refers_to_go_and_others_stay()
    {
        var destination = new StoredDestination
        {
            Id = new DestinationId(Guid.CreateVersion7()), Tenant = Tenant, Settings = new WebhookDestination { Url = "https://receiver.example/hooks" },
        };
        await EnqueueAsync(_one, [Request(DeliveryTarget.To(destination))]);
        await _schema.RunAsync("INSERT INTO destination SELECT gen_random_uuid(), settings, secrets FROM destination, generate_series(1, 1500)");

        for (var i = 0; i < 3; i++)
            await TrimAsync(_one, limit: 10);

        (await _schema.ReadAsync<Guid>("SELECT id FROM destination")).Should().Be(destination.Id.Value);
        (await CountAsync("destination")).Should().Be(1);
    }

    [Fact]
    public async Task Lanes_go_when_they_are_idle_and_nothing_is_stranded_by_that()
    {
        var published = 0;
        var trimming = Task.Run(async () =>
        {
            while (Volatile.Read(ref published) < 60)
                await TrimAsync(_other, limit: 100);
        });
        var delivered = 0;
        for (; published < 60; Interlocked.Increment(ref published))
        {
            await EnqueueAsync(_one, [Request(Target(published % 3), Target(3))]);
            delivered += await WorkAsync(_one);
        }

        await trimming;
        // A trimming that had not committed may have been in the way of the last ones, which wait for the next lease then.
        delivered += await WorkAsync(_one);
        delivered.Should().Be(120);
        await TrimAsync(_one, limit: 100);
        (await CountAsync("lane", "wake")).Should().Be(0);
    }

    [Fact]
    public async Task What_is_being_expanded_is_erased_whole()
    {
        for (var round = 0; round < 3; round++)
        {
            var enqueuing = EnqueueAsync(_one, [Request([.. Enumerable.Range(0, 6_000).Select(i => Target(i % 50))])]);
            await Task.WhenAll(enqueuing, EraseAllAsync(enqueuing));
            await EraseAllAsync(Task.CompletedTask);

            (await CountAsync("message", "fan_out", "delivery", "delivery_ended")).Should().Be(0);
        }

        await WorkAsync(_one);
        (await _one.Store.MeasureAsync(None)).Should().Be(default(QueueDepth));
    }

    [Fact]
    public async Task What_is_being_settled_is_erased_whole_and_others_go_on()
    {
        await EnqueueAsync(_one, Enumerable.Range(0, 300).Select(i => Request(Target(i % 5)) with
        {
            Message = Message() with { Tenant = i % 3 == 0 ? "other" : Tenant },
        }));
        var working = Task.Run(() => WorkAsync(_one, deliveries: 10));

        await EraseAllAsync(working);
        await working;
        await WorkAsync(_one);

        (await CountAsync("message")).Should().Be(100);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM delivery_ended WHERE tenant = 'other' AND status = 1")).Should().Be(100);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM attempt a WHERE NOT EXISTS (SELECT FROM delivery_ended d WHERE d.id = a.delivery_id)"))
            .Should().Be(0, "what is settled as gone leaves no attempt");
    }

    [Fact]
    public async Task Partitions_are_made_a_week_ahead_and_old_ones_that_are_empty_dropped()
    {
        var first = await PartitionsAsync();
        first.Should().HaveCount(8);
        _schema.Clock.Advance(TimeSpan.FromDays(200));

        await Task.WhenAll(new[] { _one, _other }.Select(node => Task.Run(() => TrimAsync(node, limit: 100))));
        await TrimAsync(_one, limit: 100);

        var today = DateOnly.FromDateTime(_schema.Clock.GetUtcNow().UtcDateTime);
        (await PartitionsAsync()).Should().Equal(Enumerable.Range(0, 8).Select(i => $"attempt_{today.AddDays(i):yyyyMMdd}"));
    }

    [Fact]
    public async Task A_partition_with_an_attempt_stays()
    {
        var day = (await PartitionsAsync())[0];
        await _schema.RunAsync(
            $"""
            INSERT INTO attempt SELECT ('{IdOf(_schema.Clock.GetUtcNow())}')::uuid, 1, now(), 1, 1, NULL, 0, 0, 0, NULL, NULL;
            """);
        (await CountAsync(day)).Should().Be(1);
        _schema.Clock.Advance(TimeSpan.FromDays(200));

        await TrimAsync(_one, limit: 100);

        (await CountAsync(day)).Should().Be(1);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("half \ud800")]
    public async Task A_text_that_is_never_stored_is_found_nowhere(string text)
    {
        await EnqueueAsync(_one, [Request(Target(1))]);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = text };

        foreach (var query in new[]
        {
            new DeliveryQuery { Tenant = text }, new DeliveryQuery { AllTenants = true, EventType = text },
            new DeliveryQuery { AllTenants = true, MessageId = text }, new DeliveryQuery { AllTenants = true, Attributes = attributes },
        })
            (await _one.Store.ListDeliveriesAsync(query, None)).Items.Should().BeEmpty();
        (await _one.Store.ListMessagesAsync(new MessageQuery { Tenant = text }, None)).Items.Should().BeEmpty();
        (await _one.Store.ListMessagesAsync(new MessageQuery { Tenant = Tenant, Attributes = attributes }, None)).Items.Should().BeEmpty();
        (await _one.Store.CountAsync(new StatisticsQuery { Tenant = text }, None)).Waiting.Should().Be(0);
        (await _one.Store.FindMessageAsync(text, None)).Should().BeNull();
        (await _one.Store.EraseAsync(text, 10, None)).Should().Be(default(RemovalResult));
        (await _one.Store.CancelMessageAsync(text, 10, None)).Should().Be(default(CancelledBatch));
        (await _one.Store.MeasureAsync(None)).Waiting.Should().Be(1);
    }

    private static DeliveryTarget Target(int lane) => DeliveryTarget.To(new SubscriptionId(new Guid(lane + 1, 0, 0, new byte[8])));

    private static EnqueueRequest Request(params DeliveryTarget[] targets) => new() { Message = Message(), Targets = targets };

    private static WebhookMessage Message()
    {
        var id = Guid.CreateVersion7();
        return new WebhookMessage
        {
            Id = id, PublicId = $"msg_{id:N}", Tenant = Tenant, EventType = "order.placed",
            Timestamp = DateTimeOffset.UnixEpoch, Data = Encoding.UTF8.GetBytes("{}"),
        };
    }

    private static async Task EnqueueAsync(PostgreSqlNode node, IEnumerable<EnqueueRequest> requests) => await node.Store.EnqueueAsync([.. requests], None);

    /// <summary>Delivers what is due; answers with how many of them were still there to be settled.</summary>
    private static async Task<int> WorkAsync(PostgreSqlNode node, int deliveries = 500)
    {
        var request = new LeaseRequest
        {
            Worker = "test", MaxLanes = 100, MaxDeliveriesPerLane = deliveries, Lease = TimeSpan.FromMinutes(1), MaxWait = TimeSpan.Zero,
        };
        var applied = 0;
        while ((await node.Store.LeaseAsync(request, None)).Lanes is { Count: > 0 } lanes)
        {
            var settlements = lanes.SelectMany(lane => lane.Deliveries.Select(delivery => Settlements.Delivered(lane, delivery))).ToArray();
            applied += (await node.Store.SettleAsync(settlements, None)).Count(outcome => outcome == SettleOutcome.Applied);
            await node.Store.ReleaseAsync([.. lanes.Select(lane => new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State })], None);
        }

        return applied;
    }

    private static async Task<RemovalResult> TrimAsync(PostgreSqlNode node, int limit) =>
        await node.Store.TrimAsync(new TrimRequest { Data = TimeSpan.FromDays(30), Log = TimeSpan.FromHours(1), Limit = limit }, None);

    private async Task EraseAllAsync(Task until)
    {
        while ((await _other.Store.EraseAsync(Tenant, 700, None)).HasMore || !until.IsCompleted)
            await Task.Yield();
    }

    private async Task<long> CountAsync(params string[] tables) =>
        await _schema.ReadAsync<long>("SELECT " + string.Join(" + ", tables.Select(table => $"(SELECT count(*) FROM {table})")));

    private async Task<string[]> PartitionsAsync() => await _schema.ReadAsync<string[]>(
        $"""
        SELECT coalesce(array_agg(c.relname::text ORDER BY c.relname), '{"{}"}') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = '{_schema.Name}.attempt'::regclass AND c.relname <> 'attempt_default'
        """);

    private static string IdOf(DateTimeOffset time) => Guid.CreateVersion7(time).ToString();
}
