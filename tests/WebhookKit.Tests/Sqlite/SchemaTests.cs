using Microsoft.Data.Sqlite;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Tests.Sqlite;

/// <summary>The schema only grows within a major version: what the first release wrote is read for ever, and an older library works on a newer file.</summary>
public sealed class SchemaTests : SqliteTests
{
    private const string Accept = "UPDATE_SNAPSHOTS";
    private static readonly string Kept = Path.Combine(Architecture.SourceTree.RepositoryRoot, "tests", "WebhookKit.Tests", "Sqlite", "Schema");

    [Fact]
    public async Task The_schema_is_the_one_that_was_kept_of_this_version()
    {
        await using (var node = Folder.Open())
            await node.File.OpenAsync(CancellationToken.None);
        var path = Path.Combine(Kept, $"{Migrator.Newest:0000}.sql");
        var schema = ReadSchema();
        if (Environment.GetEnvironmentVariable(Accept) == "1" && !File.Exists(path))
            await File.WriteAllTextAsync(path, schema);

        File.ReadAllText(path).Should().Be(
            schema, "a schema that was released never changes; one that was not is written by {0}=1 after its file is deleted", Accept);
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_opened_with_all_that_is_in_it()
    {
        MakeFile("0001.sql");
        await using var node = Folder.Open();

        await EnqueueAsync(node, Request());
        (await WorkAsync(node)).Should().Be(1);
    }

    [Fact]
    public async Task This_library_works_on_a_newer_file_to_which_only_something_was_added()
    {
        await using (var node = Folder.Open())
            await EnqueueAsync(node, Request());
        Execute(
            "ALTER TABLE delivery ADD COLUMN later TEXT; ALTER TABLE lane ADD COLUMN later INTEGER NOT NULL DEFAULT 7; "
            + "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT; CREATE INDEX later_due ON delivery (due); "
            + "UPDATE schema_info SET version = version + 1");

        foreach (var migrate in Enum.GetValues<StoreMigration>())
        {
            await using var node = Folder.Open(options => options.Migrate = migrate);
            await EnqueueAsync(node, Request());
            (await WorkAsync(node)).Should().BePositive();
        }

        ReadScalar("SELECT version FROM schema_info").Should().Be(Migrator.Newest + 1, "the newer library's record stays");
    }

    [Fact]
    public async Task A_file_that_needs_a_newer_library_is_refused_by_its_versions_and_left_alone()
    {
        await using (var node = Folder.Open())
            await node.File.OpenAsync(CancellationToken.None);
        Execute("UPDATE schema_info SET version = 90, oldest_known = 80");

        foreach (var migrate in new[] { StoreMigration.Apply, StoreMigration.Verify })
        {
            await using var node = Folder.Open(options => options.Migrate = migrate);
            var refused = await FluentActions.Awaiting(() => EnqueueAsync(node, Request())).Should().ThrowAsync<WebhookStoreException>();
            refused.Which.Fault.Should().Be(StoreFault.Refused);
            refused.Which.Message.Should().Contain("90").And.Contain("80");
        }
    }

    [Theory]
    [InlineData(StoreMigration.Verify)]
    [InlineData(StoreMigration.Skip)]
    public async Task Without_its_schema_a_file_is_refused_unless_it_may_be_made(StoreMigration migrate)
    {
        await using (var node = Folder.Open(options => options.Migrate = migrate))
        {
            (await FluentActions.Awaiting(() => EnqueueAsync(node, Request())).Should().ThrowAsync<WebhookStoreException>())
                .Which.Fault.Should().Be(StoreFault.Refused);
        }

        await using (var made = Folder.Open())
            await EnqueueAsync(made, Request());
        await using var again = Folder.Open(options => options.Migrate = migrate);
        (await WorkAsync(again)).Should().Be(1);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        Execute("CREATE TABLE lane (other TEXT)");
        await using (var node = Folder.Open())
        {
            (await FluentActions.Awaiting(() => EnqueueAsync(node, Request())).Should().ThrowAsync<WebhookStoreException>())
                .Which.Fault.Should().Be(StoreFault.Refused);
        }

        ReadScalar("SELECT count(*) FROM sqlite_master").Should().Be(1);
    }

    private void MakeFile(string snapshot) => Execute(File.ReadAllText(Path.Combine(Kept, snapshot)));

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? ReadScalar(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>The schema as a script that makes it, with the rows that belong to it.</summary>
    private string ReadSchema()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name";
        using var rows = command.ExecuteReader();
        var lines = new List<string>();
        while (rows.Read())
            lines.Add(rows.GetString(0) + ";");
        lines.Add("INSERT INTO counter (name, value) VALUES ('delivery', 0), ('message', 0), ('turn', 0), ('clock', 0);");
        lines.Add("INSERT INTO schema_info (only, version, oldest_known) VALUES (1, 1, 1);");
        return string.Join("\n\n", lines) + "\n";
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Folder.File};Pooling=false");
        connection.Open();
        return connection;
    }
}
