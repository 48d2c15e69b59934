using WebhookKit.Queueing;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>Nodes that publish and work while their server goes away and comes back, on a server of the test's own.</summary>
public sealed class RestartTests : PostgreSqlTests
{
    private const int Publishers = 4;
    private const int MessagesOfEach = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PostgreSqlServer _server = new(maxConnections: 40);

    private protected override string ConnectionString => _server.ConnectionString();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task A_crash_of_the_server_in_the_middle_of_work_loses_nothing()
    {
        // What the server has accepted must survive its crash: it is told to write first, as servers are that matter.
        await _server.RunAsync("ALTER SYSTEM SET synchronous_commit = on");
        await _server.RunAsync("SELECT pg_reload_conf()");

        await WorkThroughAsync(async () =>
        {
            _server.Stop("immediate");
            await UntilToldAsync("1450 Unavailable");
            _server.Start();
        });
    }

    [Fact]
    public async Task A_server_that_becomes_a_standby_and_a_primary_again_loses_nothing()
    {
        await WorkThroughAsync(async () =>
        {
            await _server.RunAsync("ALTER SYSTEM SET default_transaction_read_only = on");
            await _server.RunAsync("SELECT pg_reload_conf()");
            await _server.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
            await UntilToldAsync("1450 ReadOnly");
            await _server.RunAsync("ALTER SYSTEM RESET default_transaction_read_only");
            await _server.RunAsync("SELECT pg_reload_conf()");
        });
    }

    [Fact]
    public async Task A_password_that_is_wrong_is_refused_at_once_and_never_repeated()
    {
        await _server.RunAsync("CREATE ROLE guarded LOGIN PASSWORD 'right'");
        await _server.RunAsync(
            "DO $$ BEGIN EXECUTE format('COPY (VALUES (''host all guarded 127.0.0.1/32 scram-sha-256''), (''host all all 127.0.0.1/32 trust'')) TO %L', "
            + "current_setting('hba_file')); END $$");
        await _server.RunAsync("SELECT pg_reload_conf()");
        var node = Node(connectionString: With(ConnectionString, c => (c.Username, c.Password) = ("guarded", "not-right")));

        var failure = await FailureAsync(() => node.Database.OpenAsync(CancellationToken.None));

        (failure.Fault, failure.IsTransient).Should().Be((StoreFault.Refused, false));
        failure.ToString().Should().NotContain("not-right");
        StateLines().Should().Equal("1450 Refused");
    }

    /// <summary>Publishes and works all the time, and has something happen to the server once a third is accepted.</summary>
    private async Task WorkThroughAsync(Func<Task> happens)
    {
        var node = Node();
        await node.Database.OpenAsync(CancellationToken.None);
        var requests = Enumerable.Range(0, Publishers * MessagesOfEach).Select(i => Request(lane: i % 5)).ToArray();
        var third = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepted = 0;
        var publishing = Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            foreach (var request in requests.Skip(publisher * MessagesOfEach).Take(MessagesOfEach))
            {
                await InsistAsync(() => EnqueueAsync(node, request));
                if (Interlocked.Increment(ref accepted) == requests.Length / 3)
                    third.SetResult();
            }
        })).ToArray();
        using var done = new CancellationTokenSource();
        var working = Task.Run(() => WorkAsync(node, done.Token));
        await third.Task.WaitAsync(Patience);

        await happens();

        await Task.WhenAll(publishing).WaitAsync(Patience);
        using var deadline = new CancellationTokenSource(Patience);
        while ((await node.Store.MeasureAsync(deadline.Token)).Waiting > 0)
            await Task.Yield();
        await done.CancelAsync();
        await working;

        var records = (await node.Store.ListDeliveriesAsync(new DeliveryQuery { Limit = 1000 }, CancellationToken.None)).Items;
        records.Select(record => record.MessageId).Should().BeEquivalentTo(requests.Select(request => request.Message.PublicId));
        records.Should().OnlyContain(record => record.Status == DeliveryStatus.Delivered && record.AttemptsMade == 1);
        StateLines()[^1].Should().Be("1451");
        StateLines().Zip(StateLines().Skip(1)).Should().NotContain(pair => pair.First == pair.Second, "each line is a change");
    }

    private async Task UntilToldAsync(string line)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!StateLines().Contains(line))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A lease whose answer was lost has to expire, so leases are short here.</summary>
    private static async Task WorkAsync(PostgreSqlNode node, CancellationToken done)
    {
        var request = new LeaseRequest
        {
            Worker = "test", MaxLanes = 2, MaxDeliveriesPerLane = 5, Lease = TimeSpan.FromSeconds(2), MaxWait = TimeSpan.FromMilliseconds(100),
        };
        while (!done.IsCancellationRequested)
        {
            IReadOnlyList<LeasedLane> lanes = [];
            await InsistAsync(async () => lanes = (await node.Store.LeaseAsync(request, CancellationToken.None)).Lanes);
            foreach (var lane in lanes)
            {
                Settlement[] settlements = [.. lane.Deliveries.Select(delivery => Settlements.Delivered(lane, delivery))];
                await InsistAsync(() => node.Store.SettleAsync(settlements, CancellationToken.None).AsTask());
                await InsistAsync(() => node.Store.ReleaseAsync(
                    [new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None).AsTask());
            }
        }
    }

    /// <summary>As a host does that waits for its store.</summary>
    private static async Task InsistAsync(Func<Task> call)
    {
        var backoff = new StoreBackoff(TimeProvider.System);
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
                await backoff.WaitAsync(deadline.Token);
            }
        }
    }
}
