using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.Tests.DependencyInjection;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>Servers that cannot be reached, or that go silent, seen by nodes and by whole hosts.</summary>
public sealed class OutageTests : PostgreSqlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FaultProxy _proxy = new(PostgreSqlServer.Shared.ConnectionString());

    private protected override string ConnectionString => With(_proxy.ConnectionString, c => c.Timeout = 1);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_takes_connections_and_is_silent_is_one_warning_at_the_start()
    {
        _proxy.Hang();
        using var host = Build();
        await host.StartAsync();
        (await FailureAsync(() => PublishAsync(host))).Fault.Should().Be(StoreFault.TimedOut);
        StateLines().Should().Equal("1450 TimedOut");

        _proxy.Open();
        await PublishAsync(host);

        StateLines().Should().Equal("1450 TimedOut", "1451");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_server_that_takes_no_connections_is_one_warning_at_the_start()
    {
        await RunAsync("CREATE ROLE full_{schema} LOGIN SUPERUSER CONNECTION LIMIT 0; ALTER ROLE full_{schema} NOSUPERUSER");
        using var host = Build(connectionString: With(ConnectionString, c => c.Username = "full_" + Schema));

        await host.StartAsync();
        (await FailureAsync(() => PublishAsync(host))).Fault.Should().Be(StoreFault.Busy);

        StateLines().Should().Equal("1450 Busy");
        await host.StopAsync();
        await RunAsync("DROP ROLE full_{schema}");
    }

    [Fact]
    public async Task A_publish_waits_for_the_server_as_long_as_it_may()
    {
        using var host = Build(o => o.Publishing.WaitForStore = Patience);
        await host.StartAsync();
        _proxy.Refuse();
        var waiting = PublishAsync(host);
        await UntilAsync(() => StateLines().Length > 0);
        waiting.IsCompleted.Should().BeFalse();

        _proxy.Open();
        var result = await waiting;

        result.IsDuplicate.Should().BeFalse();
        StateLines().Should().Equal("1450 Unavailable", "1451");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_publish_that_may_not_wait_fails_at_once_and_the_next_one_after_the_outage_works()
    {
        using var host = Build();
        await host.StartAsync();
        _proxy.Refuse();
        for (var i = 0; i < 3; i++)
        {
            var failure = await FailureAsync(() => PublishAsync(host));
            (failure.Fault, failure.IsTransient).Should().Be((StoreFault.Unavailable, true));
        }

        _proxy.Open();
        await PublishAsync(host);

        StateLines().Should().Equal("1450 Unavailable", "1451");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_call_whose_answer_never_comes_times_out_and_can_be_repeated()
    {
        var node = Node(o => o.CommandTimeout = TimeSpan.FromSeconds(1));
        await node.Database.OpenAsync(CancellationToken.None);
        var request = Request();
        _proxy.Hang();
        (await FailureAsync(() => EnqueueAsync(node, request))).Fault.Should().Be(StoreFault.TimedOut);

        _proxy.Open();
        await EnqueueAsync(node, request);

        (await WorkAsync(node)).Should().Be(1);
        StateLines().Should().BeEmpty("one call was too slow, which is no state of the store");
    }

    [Fact]
    public async Task A_store_that_can_only_be_read_is_told_of_once_whatever_is_read_meanwhile()
    {
        await RunAsync("CREATE ROLE reader_{schema} LOGIN SUPERUSER");
        var node = Node(connectionString: With(ConnectionString, c => c.Username = "reader_" + Schema));
        await node.Database.OpenAsync(CancellationToken.None);
        await RunAsync("ALTER ROLE reader_{schema} SET default_transaction_read_only = on");
        _proxy.Cut();
        for (var i = 0; i < 3; i++)
        {
            await node.Subscriptions.MatchAsync([], CancellationToken.None);
            (await FailureAsync(() => EnqueueAsync(node, Request()))).Fault.Should().Be(StoreFault.ReadOnly);
        }

        await RunAsync("ALTER ROLE reader_{schema} RESET default_transaction_read_only");
        _proxy.Cut();
        await EnqueueAsync(node, Request());

        StateLines().Should().Equal("1450 ReadOnly", "1451");
        await RunAsync("DROP OWNED BY reader_{schema} CASCADE; DROP ROLE reader_{schema}");
    }

    [Fact]
    public async Task A_listener_that_went_silent_is_missed_by_nobody_and_listens_again()
    {
        var direct = PostgreSqlServer.Shared.ConnectionString();
        var node = Node(o => (o.Listen, o.ListenConnectionString, o.CommandTimeout) = (true, ConnectionString, TimeSpan.FromSeconds(1)), direct);
        await LeaseAsync(node, TimeSpan.FromMilliseconds(1));
        await UntilListeningAsync();
        _proxy.Hang();

        var waiting = LeaseAsync(node, Patience);
        await EnqueueAsync(Node(connectionString: direct), Request());
        (await waiting.WaitAsync(Patience)).Should().ContainSingle("it was polled for");

        await UntilAsync(() => Listening().Length > 0);
        _proxy.Open();
        await UntilAsync(() => Listening().Length > 1);
        Listening().Should().Equal(1453, 1454);
        StateLines().Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_goes_and_comes_back_is_one_line_each_time_for_a_node_that_listens(bool isQuiet)
    {
        var node = Node(o => o.Listen = true);
        await LeaseAsync(node, TimeSpan.FromMilliseconds(1));
        var listener = await UntilListeningAsync();
        _proxy.Refuse();
        if (isQuiet)
            await UntilAsync(() => Logs.Lines.Any(line => line.Id is 1450 or 1453));
        (await FailureAsync(() => EnqueueAsync(node, Request()))).Fault.Should().Be(StoreFault.Unavailable);

        _proxy.Open();
        await UntilListeningAsync(other: listener);
        await EnqueueAsync(node, Request());

        Logs.Lines.Where(line => line.Id is >= 1450 and < 1460 and not 1452).Select(line => line.Id).Should().Equal(1450, 1451);
    }

    private static async Task<PublishResult> PublishAsync(IHost host) =>
        await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("raw.made", "{}"u8.ToArray());

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits for a connection that listens, other than one that did before; which it is.</summary>
    private async Task<int> UntilListeningAsync(int other = 0)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await using var connection = new NpgsqlConnection(PostgreSqlServer.Shared.ConnectionString());
        await connection.OpenAsync(deadline.Token);
        await using var command = new NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE query = $1 AND state = 'idle' AND pid <> $2", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = $"LISTEN \"webhookkit.{Schema}\"" });
        command.Parameters.Add(new NpgsqlParameter { Value = other });
        while (true)
        {
            if (await command.ExecuteScalarAsync(deadline.Token) is int pid)
                return pid;
            await Task.Yield();
        }
    }

    private int[] Listening() => [.. Logs.Lines.Select(line => line.Id).Where(id => id is 1453 or 1454)];

    /// <summary>A host that publishes and does not send, so that nobody else asks the store for anything.</summary>
    private IHost Build(Action<WebhookOptions>? configure = null, string? connectionString = null)
    {
        var builder = TestHost.Builder();
        builder.Logging.AddProvider(Logs);
        builder.Services
            .AddWebhooks(options =>
            {
                options.Dispatcher.Enabled = false;
                configure?.Invoke(options);
            })
            .AddEvent("raw.made")
            .UsePostgreSql(connectionString ?? ConnectionString, options => options.Schema = Schema);
        return builder.Build();
    }
}
