using Npgsql;
using WebhookKit.Tests.Architecture;

namespace WebhookKit.Tests.PostgreSql;

public sealed class MigrationTests : PostgreSqlTests
{
    private static readonly string Kept = Path.Combine(SourceTree.RepositoryRoot, "tests", "WebhookKit.Tests", "PostgreSql", "Schemas", "0001.txt");

    [Fact]
    public async Task Nodes_that_start_at_once_make_one_schema()
    {
        var nodes = Enumerable.Range(0, 6).Select(_ => Node()).ToArray();

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Database.OpenAsync(CancellationToken.None))));

        await EnqueueAsync(nodes[0], Request());
        (await WorkAsync(nodes[5])).Should().Be(1);
        Logs.Lines.Where(line => line.Text.Contains("brought to version 1", StringComparison.Ordinal)).Should().ContainSingle();
    }

    [Fact]
    public async Task An_older_library_works_on_a_newer_schema_of_the_same_kind()
    {
        await Node().Database.OpenAsync(CancellationToken.None);
        await RunAsync("ALTER TABLE {schema}.message ADD COLUMN later int; ALTER TABLE {schema}.lane ADD COLUMN later int DEFAULT 7;"
            + "ALTER TABLE {schema}.delivery ADD COLUMN later text; UPDATE {schema}.schema_info SET version = 2");

        var node = Node();
        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(1);
        (await node.Store.ListDeliveriesAsync(new DeliveryQuery(), CancellationToken.None)).Items.Should().ContainSingle();
    }

    [Theory]
    [InlineData(StoreMigration.Apply)]
    [InlineData(StoreMigration.Verify)]
    public async Task A_schema_that_needs_a_newer_library_is_refused(StoreMigration migrate)
    {
        await Node().Database.OpenAsync(CancellationToken.None);
        await RunAsync("UPDATE {schema}.schema_info SET version = 9, oldest_level = 9");

        var failure = await FailureAsync(() => Node(o => o.Migrate = migrate).Database.OpenAsync(CancellationToken.None));

        failure.Fault.Should().Be(StoreFault.Refused);
        failure.Message.Should().Contain("too old");
    }

    [Fact]
    public async Task A_schema_that_is_missing_is_named_when_verified_and_with_the_first_call_when_skipped()
    {
        (await FailureAsync(() => Node(o => o.Migrate = StoreMigration.Verify).Database.OpenAsync(CancellationToken.None)))
            .Fault.Should().Be(StoreFault.Refused);
        var skipping = Node(o => o.Migrate = StoreMigration.Skip);
        await skipping.Database.OpenAsync(CancellationToken.None);
        (await FailureAsync(() => EnqueueAsync(skipping, Request()))).Fault.Should().Be(StoreFault.Refused);
    }

    [Fact]
    public async Task A_role_that_may_change_nothing_works_on_what_was_printed_for_another()
    {
        await RunAsync(PostgreSqlMigrations.ToScript(Schema));
        await RunAsync("CREATE ROLE app_{schema} LOGIN; GRANT USAGE ON SCHEMA {schema} TO app_{schema};"
            + "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO app_{schema}; "
            + "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO app_{schema}");
        var node = Node(connectionString: With(ConnectionString, c => c.Username = "app_" + Schema));

        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(1);
        await node.Store.TrimAsync(new TrimRequest { Data = TimeSpan.Zero, Log = TimeSpan.Zero, Limit = 10 }, CancellationToken.None);
        Logs.Lines.Where(line => line.Text.Contains("Partitions of the attempts are not made", StringComparison.Ordinal)).Should().ContainSingle();
        await node.DisposeAsync();
        await RunAsync("DROP OWNED BY app_{schema}; DROP ROLE app_{schema}");
    }

    [Fact]
    public async Task Partitions_are_made_for_a_week_and_old_ones_go_when_they_are_empty()
    {
        var node = Node();
        await node.Database.OpenAsync(CancellationToken.None);
        (await PartitionsAsync()).Should().HaveCount(9, "eight days and the default one");
        await RunAsync("CREATE TABLE {schema}.attempt_20200101 PARTITION OF {schema}.attempt "
            + "FOR VALUES FROM ('016f5e66-e800-0000-0000-000000000000') TO ('016f638d-4400-0000-0000-000000000000')");

        await node.Store.TrimAsync(new TrimRequest { Data = TimeSpan.FromDays(1), Log = TimeSpan.FromDays(1), Limit = 10 }, CancellationToken.None);

        (await PartitionsAsync()).Should().HaveCount(9).And.NotContain("attempt_20200101");
    }

    [Fact]
    public async Task The_first_schema_is_the_one_that_was_kept()
    {
        await Node(o => o.Migrate = StoreMigration.Apply).Database.OpenAsync(CancellationToken.None);
        var text = await DescribeAsync();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Kept)!);
            await File.WriteAllTextAsync(Kept, text);
        }

        text.Should().Be((await File.ReadAllTextAsync(Kept)).ReplaceLineEndings("\n"));
    }

    private async Task<List<string>> PartitionsAsync() =>
        await ListAsync("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{schema}.attempt'::regclass")
            is var names ? names.ConvertAll(name => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]) : [];

    /// <summary>Tables with their columns, indexes and settings, without the partitions that come with the days.</summary>
    private async Task<string> DescribeAsync()
    {
        var lines = await ListAsync(
            """
            SELECT format('%s.%s %s%s%s', table_name, column_name, data_type, CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END, ' ' || column_default)
            FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name !~ '^attempt_\d' ORDER BY table_name, column_name
            """);
        lines.AddRange(await ListAsync("SELECT indexdef FROM pg_indexes WHERE schemaname = '{schema}' AND tablename !~ '^attempt_' ORDER BY indexname"));
        lines.AddRange(await ListAsync(
            """
            SELECT relname || ' ' || array_to_string(reloptions, ', ') FROM pg_class
            WHERE relnamespace = '{schema}'::regnamespace AND reloptions IS NOT NULL ORDER BY relname
            """));
        lines.AddRange(await ListAsync("SELECT 'sequence ' || sequence_name FROM information_schema.sequences WHERE sequence_schema = '{schema}' ORDER BY 1"));
        return string.Join('\n', lines).Replace(Schema, "schema", StringComparison.Ordinal) + "\n";
    }

    private async Task<List<string>> ListAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql.Replace("{schema}", Schema, StringComparison.Ordinal), connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}
