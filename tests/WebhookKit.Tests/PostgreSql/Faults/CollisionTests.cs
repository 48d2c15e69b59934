using System.Globalization;
using Npgsql;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>Transactions that get into each other's way, and servers that refuse a statement.</summary>
public sealed class CollisionTests : PostgreSqlTests
{
    [Fact]
    public async Task A_settlement_in_a_deadlock_is_repeated_and_counts_once()
    {
        var node = Node(connectionString: With(ConnectionString, c => c.Options = "-c deadlock_timeout=50ms"));
        await EnqueueAsync(node, Request(), Request());
        var lane = (await LeaseAsync(node)).Single();
        var (first, second) = (lane.Deliveries[0], lane.Deliveries[1]);
        // It waits without looking for deadlocks, so that the store's transaction is the one that is ended.
        await using var rival = await Rival.BeginAsync(With(ConnectionString, c => c.Options = "-c deadlock_timeout=10min"));
        await using var gate = await Rival.BeginAsync(ConnectionString);
        await rival.RunAsync($"SELECT FROM {Schema}.lane FOR UPDATE");
        await gate.RunAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT FROM {Schema}.delivery WHERE id = {second.Id.Value} FOR UPDATE"));

        // It has the first delivery, and waits for the second; the rival waits for the first, and has the lane.
        var settling = node.Store.SettleAsync(
            [Settlements.Retry(lane, first, TimeSpan.Zero), Settlements.Retry(lane, second, TimeSpan.Zero)], CancellationToken.None).AsTask();
        await gate.UntilWaitingAsync(waiting: 1);
        var blocked = rival.RunAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT FROM {Schema}.delivery WHERE id = {first.Id.Value} FOR UPDATE"));
        await gate.UntilWaitingAsync(waiting: 2);
        await gate.EndAsync();
        await blocked;
        await rival.EndAsync();

        (await settling).Should().Equal(SettleOutcome.Applied, SettleOutcome.Applied);
        foreach (var delivery in lane.Deliveries)
            (await node.Store.ListAttemptsAsync(delivery.Id, CancellationToken.None)).Should().ContainSingle();
        Logs.Lines.Should().NotContain(line => line.Id == 1450);
    }

    [Fact]
    public async Task A_server_whose_transactions_are_serialisable_makes_no_difference()
    {
        var node = Node(connectionString: With(ConnectionString, c => c.Options = "-c default_transaction_isolation=serializable"));
        await EnqueueAsync(node, Request());
        var lane = (await LeaseAsync(node)).Single();
        await using var rival = await Rival.BeginAsync(ConnectionString);
        await using var watcher = await Rival.BeginAsync(ConnectionString);
        await rival.RunAsync($"UPDATE {Schema}.delivery SET due_at = due_at");
        var settling = node.Store.SettleAsync([Settlements.Delivered(lane, lane.Deliveries[0])], CancellationToken.None).AsTask();
        await watcher.UntilWaitingAsync(waiting: 1);

        await rival.CommitAsync();

        (await settling).Should().Equal(SettleOutcome.Applied);
        Logs.Lines.Should().NotContain(line => line.Id == 1450);
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("55P03")]
    public async Task A_collision_is_repeated_until_it_passes(string state)
    {
        var node = Node();
        await node.Database.OpenAsync(CancellationToken.None);
        await FailInsertsAsync(state, times: 5);

        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(1);
        Logs.Lines.Should().NotContain(line => line.Id == 1450);
    }

    [Theory]
    [InlineData("40001", StoreFault.Busy, true)]
    [InlineData("53200", StoreFault.Busy, true)]
    [InlineData("53300", StoreFault.Busy, true)]
    [InlineData("57014", StoreFault.TimedOut, true)]
    [InlineData("53100", StoreFault.Full, true)]
    [InlineData("25006", StoreFault.ReadOnly, true)]
    [InlineData("58030", StoreFault.Unavailable, true)]
    [InlineData("42501", StoreFault.Refused, false)]
    [InlineData("XX001", StoreFault.Unreadable, false)]
    public async Task What_the_server_refuses_is_named_and_nothing_is_stored(string state, StoreFault fault, bool isTransient)
    {
        var node = Node();
        await node.Database.OpenAsync(CancellationToken.None);
        await FailInsertsAsync(state, times: 1_000_000);
        for (var i = 0; i < 2; i++)
        {
            await node.Store.MeasureAsync(CancellationToken.None);
            var failure = await FailureAsync(() => EnqueueAsync(node, Request()));
            (failure.Fault, failure.IsTransient).Should().Be((fault, isTransient));
            failure.Message.Should().Contain(state).And.Contain("as told");
        }

        await RunAsync("DROP TRIGGER fail ON {schema}.message");
        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(1);
        var isState = fault is StoreFault.Full or StoreFault.ReadOnly or StoreFault.Refused;
        if (fault != StoreFault.Unavailable)
            StateLines().Should().Equal(isState ? [$"1450 {fault}", "1451"] : []);
    }

    /// <summary>Has the server refuse new messages so many times.</summary>
    private Task FailInsertsAsync(string state, int times) => RunAsync(string.Create(CultureInfo.InvariantCulture, $$"""
        CREATE SEQUENCE {schema}.failures;
        CREATE FUNCTION {schema}.fail() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF nextval('{schema}.failures') <= {{times}} THEN RAISE EXCEPTION 'as told' USING ERRCODE = '{{state}}'; END IF;
            RETURN NULL;
        END $body$;
        CREATE TRIGGER fail BEFORE INSERT ON {schema}.message FOR EACH STATEMENT EXECUTE FUNCTION {schema}.fail();
        """));

    /// <summary>A transaction of somebody else.</summary>
    private sealed class Rival : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;
        private NpgsqlTransaction? _transaction;

        private Rival(NpgsqlConnection connection) => _connection = connection;

        public static async Task<Rival> BeginAsync(string connectionString)
        {
            var rival = new Rival(new NpgsqlConnection(connectionString + ";Pooling=false"));
            await rival._connection.OpenAsync();
            rival._transaction = await rival._connection.BeginTransactionAsync();
            return rival;
        }

        public async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, _connection, _transaction);
            await command.ExecuteNonQueryAsync();
        }

        /// <summary>Waits until so many transactions that have to do with this test's transactions wait for locks of rows.</summary>
        public async Task UntilWaitingAsync(int waiting)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await using var command = new NpgsqlCommand(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'", _connection, _transaction);
            while ((long)(await command.ExecuteScalarAsync(deadline.Token))! < waiting)
                await Task.Yield();
        }

        public async Task CommitAsync() => await _transaction!.CommitAsync();

        public async Task EndAsync() => await _transaction!.RollbackAsync();

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
