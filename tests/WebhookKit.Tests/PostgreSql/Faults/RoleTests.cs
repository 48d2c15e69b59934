using System.Globalization;
using Npgsql;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>What roles may not do, and migrations that are cut short.</summary>
public sealed class RoleTests : PostgreSqlTests
{
    [Fact]
    public async Task A_role_that_may_change_nothing_cannot_migrate_and_is_told_what_to_do()
    {
        await RunAsync("CREATE ROLE plain_{schema} LOGIN");
        var plain = With(ConnectionString, c => c.Username = "plain_" + Schema);

        var failure = await FailureAsync(() => Node(connectionString: plain).Database.OpenAsync(CancellationToken.None));

        failure.Fault.Should().Be(StoreFault.Refused);
        failure.Message.Should().Contain("permission denied").And.Contain("MigrateConnectionString").And.Contain("ToScript").And.Contain("Verify");
        await RunAsync("DROP ROLE plain_{schema}");
    }

    [Fact]
    public async Task A_role_that_may_change_nothing_works_where_the_schema_is_only_verified()
    {
        await RunAsync(PostgreSqlMigrations.ToScript(Schema));
        await RunAsync("CREATE ROLE plain_{schema} LOGIN; GRANT USAGE ON SCHEMA {schema} TO plain_{schema};"
            + "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO plain_{schema};"
            + "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO plain_{schema}");
        var node = Node(o => o.Migrate = StoreMigration.Verify, With(ConnectionString, c => c.Username = "plain_" + Schema));
        await EnqueueAsync(node, Request());
        var lane = (await LeaseAsync(node)).Single();
        var settlement = Settlements.Delivered(lane, lane.Deliveries[0]);

        await node.Store.SettleAsync([settlement], CancellationToken.None);

        (await node.Store.ListAttemptsAsync(settlement.Delivery, CancellationToken.None)).Should().ContainSingle();
        (await CountAsync("attempt_default")).Should().Be(1);
        await node.DisposeAsync();
        await RunAsync("DROP OWNED BY plain_{schema}; DROP ROLE plain_{schema}");
    }

    [Fact]
    public async Task Another_role_migrates_for_one_that_may_not()
    {
        await RunAsync("CREATE ROLE plain_{schema} LOGIN IN ROLE pg_read_all_data, pg_write_all_data");
        var node = Node(o => o.MigrateConnectionString = ConnectionString, With(ConnectionString, c => c.Username = "plain_" + Schema));

        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(1);
        (await CountAsync("schema_info")).Should().Be(1);
        await node.DisposeAsync();
        await RunAsync("DROP OWNED BY plain_{schema}; DROP ROLE plain_{schema}");
    }

    [Theory]
    [InlineData(Blow.LostForGood)]
    [InlineData(Blow.UnansweredForGood)]
    public async Task A_migration_that_is_cut_short_is_made_by_the_next_call(Blow blow)
    {
        await using var proxy = new FaultProxy(ConnectionString);
        var failures = 0;
        // In steps that have nothing in common with the four messages of a statement.
        for (var (message, fell) = (1, true); fell; message += 37)
        {
            var node = Node(connectionString: proxy.ConnectionString);
            var strike = proxy.StrikeAt(message, blow);
            var opening = () => node.Database.OpenAsync(CancellationToken.None);
            var failure = (await Record.ExceptionAsync(opening)) as WebhookStoreException;
            fell = strike.HasFallen;
            // Once the schema is there, only partitions can fail, which the store does without.
            if (failure is null)
                (await CountAsync("schema_info")).Should().Be(1);
            else
                (failure.Fault, fell).Should().Be((StoreFault.Unavailable, true));
            failures += failure is null ? 0 : 1;
            proxy.Open();

            await EnqueueAsync(node, Request());

            (await WorkAsync(node)).Should().Be(1);
            (await CountAsync("schema_info")).Should().Be(1);
            await RunAsync("DROP SCHEMA {schema} CASCADE");
        }

        failures.Should().BeGreaterThan(2);
    }

    private async Task<long> CountAsync(string table)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM {Schema}.{table}"), connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
