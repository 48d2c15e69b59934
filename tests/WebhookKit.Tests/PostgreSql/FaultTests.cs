using Npgsql;

namespace WebhookKit.Tests.PostgreSql;

public sealed class FaultTests : PostgreSqlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_server_that_is_down_at_the_start_is_one_warning_and_works_once_it_is_there()
    {
        using var server = new PostgreSqlServer(maxConnections: 20);
        server.Stop();
        var node = Node(connectionString: server.ConnectionString());
        for (var i = 0; i < 3; i++)
            (await FailureAsync(() => node.Database.OpenAsync(CancellationToken.None))).Fault.Should().Be(StoreFault.Unavailable);
        Changes().Should().Equal(1450);

        server.Start();
        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(1);
        Changes().Should().Equal(1450, 1451);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_was_restarted_loses_nothing_and_is_not_noticed()
    {
        using var server = new PostgreSqlServer(maxConnections: 20);
        var node = Node(connectionString: server.ConnectionString());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(lane => EnqueueAsync(node, Request(lane))));
        server.Stop();
        server.Start();

        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(9);
        Changes().Should().BeEmpty();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Connections_that_are_cut_at_any_moment_neither_lose_nor_double_anything()
    {
        var node = Node();
        await node.Database.OpenAsync(CancellationToken.None);
        using var done = new CancellationTokenSource();
        var cutting = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%\"{schema}\".%' AND pid <> pg_backend_pid()");
                // The pace of the faults: without one, nothing gets through where the machine is slow.
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        });
        var requests = Enumerable.Range(0, 300).Select(i => Request(i % 5)).ToArray();
        await Task.WhenAll(requests.Select(request => Task.Run(() => InsistAsync(() => EnqueueAsync(node, request)))));
        using var deadline = new CancellationTokenSource(Patience);
        var asked = new LeaseRequest { Worker = "test", MaxLanes = 2, MaxDeliveriesPerLane = 10, Lease = TimeSpan.FromSeconds(2) };
        for (var left = requests.Length; left > 0 && !deadline.IsCancellationRequested;)
        {
            if (left < requests.Length / 2)
                await done.CancelAsync();
            // Where the answer to a lease is lost, the lease has to expire.
            IReadOnlyList<LeasedLane> lanes = [];
            await InsistAsync(async () => lanes = (await node.Store.LeaseAsync(asked, CancellationToken.None)).Lanes);
            foreach (var leased in lanes)
            {
                Settlement[] settlements = [.. leased.Deliveries.Select(delivery => WebhookKit.Testing.Settlements.Delivered(leased, delivery))];
                await InsistAsync(async () => (await node.Store.SettleAsync(settlements, CancellationToken.None))
                    .Should().OnlyContain(o => o == SettleOutcome.Applied));
                await InsistAsync(() => node.Store.ReleaseAsync(
                    [new LaneRelease { Lane = leased.Lane, Token = leased.Token, State = leased.State }], CancellationToken.None).AsTask());
            }

            await InsistAsync(async () => left = (int)(await node.Store.MeasureAsync(CancellationToken.None)).Waiting);
        }

        await done.CancelAsync();
        await cutting;

        var records = (await node.Store.ListDeliveriesAsync(new DeliveryQuery { Limit = 1000 }, CancellationToken.None)).Items;
        records.Select(record => record.MessageId).Should().BeEquivalentTo(requests.Select(request => request.Message.PublicId));
        records.Should().OnlyContain(record => record.Status == DeliveryStatus.Delivered && record.AttemptsMade == 1);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_times_out()
    {
        var (node, hasty) = (Node(), Node(o => (o.CommandTimeout, o.Migrate) = (TimeSpan.FromSeconds(1), StoreMigration.Skip)));
        await node.Database.OpenAsync(CancellationToken.None);
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"LOCK TABLE {Schema}.message", connection, transaction))
            await command.ExecuteNonQueryAsync();

        (await FailureAsync(() => EnqueueAsync(hasty, Request()))).Fault.Should().Be(StoreFault.TimedOut);

        await transaction.RollbackAsync();
        await EnqueueAsync(node, Request());
        Changes().Should().BeEmpty();
    }

    [Fact]
    public async Task A_pool_without_a_free_connection_is_busy()
    {
        await Node().Database.OpenAsync(CancellationToken.None);
        var node = Node(connectionString: With(ConnectionString, c => (c.MaxPoolSize, c.Timeout) = (1, 5)));
        await node.Database.OpenAsync(CancellationToken.None);
        await using (await node.Server.Sources.Main.OpenConnectionAsync())
            (await FailureAsync(() => EnqueueAsync(node, Request()))).Fault.Should().Be(StoreFault.Busy);

        await EnqueueAsync(node, Request());
    }

    [Fact]
    public async Task A_server_that_takes_no_more_connections_is_busy()
    {
        await Node().Database.OpenAsync(CancellationToken.None);
        await RunAsync("CREATE ROLE few_{schema} LOGIN CONNECTION LIMIT 0");
        var node = Node(connectionString: With(ConnectionString, c => c.Username = "few_" + Schema));

        (await FailureAsync(() => EnqueueAsync(node, Request()))).Fault.Should().Be(StoreFault.Busy);

        await RunAsync("DROP ROLE few_{schema}");
    }

    [Fact]
    public async Task A_server_that_cannot_be_written_is_read_only_and_told_of_once_until_it_can()
    {
        using var server = new PostgreSqlServer(maxConnections: 20);
        var node = Node(connectionString: server.ConnectionString());
        await node.Database.OpenAsync(CancellationToken.None);
        await server.RunAsync("ALTER DATABASE postgres SET default_transaction_read_only = on");
        node.Server.Sources.Main.Clear();
        for (var i = 0; i < 3; i++)
            (await FailureAsync(() => EnqueueAsync(node, Request()))).Fault.Should().Be(StoreFault.ReadOnly);

        await server.RunAsync("ALTER DATABASE postgres RESET default_transaction_read_only");
        node.Server.Sources.Main.Clear();
        await EnqueueAsync(node, Request());

        Changes().Should().Equal(1450, 1451);
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("nobody", "postgres")]
    [InlineData("postgres", "nowhere")]
    public async Task What_waiting_will_not_mend_is_refused(string user, string database)
    {
        var node = Node(connectionString: With(ConnectionString, c => (c.Username, c.Database) = (user, database)));

        var failure = await FailureAsync(() => node.Database.OpenAsync(CancellationToken.None));

        failure.Fault.Should().Be(StoreFault.Refused);
        failure.IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task A_cancelled_wait_for_a_server_ends()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => Node().Database.OpenAsync(cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task What_a_receiver_answered_is_kept_whatever_is_in_it()
    {
        var node = Node();
        await EnqueueAsync(node, Request());
        var lane = (await LeaseAsync(node)).Single();
        var settlement = WebhookKit.Testing.Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero);
        settlement = settlement with { Attempt = settlement.Attempt! with { ResponseBody = "a\0b\ud800c", Detail = "\udc00" } };

        (await node.Store.SettleAsync([settlement], CancellationToken.None)).Should().Equal(SettleOutcome.Applied);

        var attempt = (await node.Store.ListAttemptsAsync(settlement.Delivery, CancellationToken.None)).Single();
        (attempt.ResponseBody, attempt.Detail).Should().Be(("a\ufffdb\ufffdc", "\ufffd"));
    }

    private int[] Changes() => [.. Logs.Lines.Where(line => line.Id is 1450 or 1451).Select(line => line.Id)];

    /// <summary>As a host does that waits for its store.</summary>
    private static async Task InsistAsync(Func<Task> call)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (WebhookStoreException e) when (e.IsTransient && !deadline.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }
}
