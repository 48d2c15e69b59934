using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookKit.PostgreSql;
using WebhookKit.PostgreSql.Subscriptions;
using WebhookKit.Tests.DependencyInjection;

namespace WebhookKit.Tests.PostgreSql;

public sealed class OptionsTests : PostgreSqlTests
{
    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_and_no_connection_string_is_repeated()
    {
        var faults = await Build(
            "Host=h;Password=hidden-1;Port=many",
            o => (o.Schema, o.ListenConnectionString, o.CommandTimeout, o.PollInterval) =
                ("no; drop", "Password=hidden-2", TimeSpan.Zero, TimeSpan.FromSeconds(2)),
            ("PostgreSql:Poll", "1"), ("PostgreSql:Migrate", "Sometimes")).FaultsAsync();

        var text = string.Join('\n', faults);
        foreach (var named in new[] { "UsePostgreSql", "Schema", "ListenConnectionString", "CommandTimeout", "PollInterval", "PostgreSql:Poll", "Sometimes" })
            text.Should().Contain(named);
        text.Should().NotContain("hidden");
    }

    [Fact]
    public async Task The_section_is_bound_and_code_wins()
    {
        using var host = Build(
            ConnectionString, o => o.PollInterval = TimeSpan.FromMilliseconds(300), ("PostgreSql:Schema", Schema), ("PostgreSql:PollInterval", "00:00:00.5"),
            ("PostgreSql:CommandTimeout", "00:00:07"));
        var options = host.Services.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value;

        (options.Schema, options.PollInterval, options.CommandTimeout).Should().Be((Schema, TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(7)));
        host.Services.GetRequiredService<IWebhookStore>().Should().BeOfType<PostgreSqlStore>();
        host.Services.GetRequiredService<ISubscriptionStore>().Should().BeOfType<PostgreSqlSubscriptionStore>();
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_starts_while_the_server_is_down_and_says_so_once()
    {
        using var host = Build(With(ConnectionString, c => c.Port = PostgreSqlServer.FreePort()), o => o.Schema = Schema);

        await host.StartAsync();
        await host.StopAsync();

        Logs.Lines.Where(line => line.Id == 1450).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Warning);
    }

    [Fact]
    public async Task A_host_does_not_start_with_what_waiting_will_not_mend()
    {
        using var host = Build(With(ConnectionString, c => c.Username = "nobody"), o => o.Schema = Schema);

        (await FailureAsync(() => host.StartAsync())).Fault.Should().Be(StoreFault.Refused);
    }

    [Fact]
    public async Task Statements_are_kept_prepared_where_that_is_asked_for_and_planned_each_time()
    {
        var node = Node(o => o.PrepareStatements = true, With(ConnectionString, c => (c.MaxPoolSize, c.Options) = (1, "-c geqo=off")));
        await node.Database.OpenAsync(CancellationToken.None);
        for (var i = 0; i < 5; i++)
            await node.Store.EnqueueAsync([Request()], CancellationToken.None);

        await using var connection = await node.Server.Sources.Main.OpenConnectionAsync();
        (await ScalarAsync(connection, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%INSERT INTO%message%'")).Should().NotBe(0L);
        (await ScalarAsync(connection, "SHOW plan_cache_mode")).Should().Be("force_custom_plan");
        (await ScalarAsync(connection, "SHOW geqo")).Should().Be("off");
    }

    [Fact]
    public async Task Nothing_is_prepared_unless_that_is_asked_for()
    {
        var node = Node(connectionString: With(ConnectionString, c => (c.MaxPoolSize, c.MaxAutoPrepare) = (1, 50)));
        await node.Database.OpenAsync(CancellationToken.None);
        for (var i = 0; i < 10; i++)
            await node.Store.EnqueueAsync([Request()], CancellationToken.None);

        await using var connection = await node.Server.Sources.Main.OpenConnectionAsync();
        (await ScalarAsync(connection, "SELECT count(*) FROM pg_prepared_statements")).Should().Be(0L);
    }

    [Fact]
    public async Task To_prepare_statements_on_a_data_source_of_the_hosts_own_is_a_fault()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        var builder = TestHost.Builder();
        builder.Services.AddWebhooks().UsePostgreSql(source, o => o.PrepareStatements = true);

        string.Join('\n', await builder.Build().FaultsAsync()).Should().Contain("PrepareStatements").And.Contain("Max Auto Prepare");
    }

    [Fact]
    public async Task A_data_source_of_the_hosts_own_is_used_and_not_disposed_of()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        var builder = TestHost.Builder();
        builder.Services.AddWebhooks().AddEvent("raw.made").UsePostgreSql(source, o => o.Schema = Schema);
        using (var host = builder.Build())
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("raw.made", "{}"u8.ToArray());
            await host.StopAsync();
        }

        await using var connection = await source.OpenConnectionAsync();
        connection.State.Should().Be(System.Data.ConnectionState.Open);
    }

    [Fact]
    public void A_data_source_that_multiplexes_is_refused()
    {
        using var source = NpgsqlDataSource.Create(ConnectionString + ";Multiplexing=true");
        var services = new ServiceCollection();
        services.AddWebhooks().UsePostgreSql(source);
        using var provider = services.BuildServiceProvider();

        provider.Invoking(p => p.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value)
            .Should().Throw<OptionsValidationException>().WithMessage("*Multiplexing*");
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private IHost Build(string connectionString, Action<PostgreSqlStoreOptions>? configure, params (string Key, string? Value)[] configuration)
    {
        var builder = TestHost.Builder(configuration: configuration);
        builder.Services.AddSingleton<ILoggerProvider>(Logs);
        builder.Services.AddWebhooks().UsePostgreSql(connectionString, configure);
        return builder.Build();
    }
}
