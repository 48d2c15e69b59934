using System.Globalization;
using Microsoft.Extensions.Logging;

namespace WebhookKit.Sqlite.Files;

/// <summary>
/// Brings the schema up to date. Each migration is a file of the assembly, numbered; all that are missing run in one transaction. The file records its version
/// and the oldest version of the schema that a library must know to work with it, so that an older library goes on as long as only something was added.
/// </summary>
internal static class Migrator
{
    private const string Folder = "Migrations";

    /// <summary>
    /// The oldest version that a library must know to work with a file of the newest version here. To be raised with a migration that takes something away:
    /// in a new major version only.
    /// </summary>
    private const long OldestKnown = 1;

    private const string Info =
        "CREATE TABLE IF NOT EXISTS schema_info "
        + "(only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL, oldest_known INTEGER NOT NULL) STRICT";

    private static readonly IReadOnlyList<(long Version, string Path)> All =
        [.. EmbeddedSql.List(typeof(Migrator).Assembly, Folder).Select(path => (VersionOf(path), path))];

    /// <summary>The version of the schema that this library makes.</summary>
    public static long Newest => All[^1].Version;

    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Refused"/>: the schema is missing, too old, or too new.</exception>
    public static void Run(Database database, StoreMigration migrate, string file, ILogger logger)
    {
        if (migrate == StoreMigration.Skip)
            return;
        if (migrate == StoreMigration.Apply)
            Apply(database, file, logger);
        else
            Verify(database, file);
    }

    private static void Apply(Database database, string file, ILogger logger)
    {
        database.Statement("BEGIN IMMEDIATE").Run();
        try
        {
            database.Execute(Info);
            var (version, oldestKnown) = Read(database);
            CheckNotNewer(version, oldestKnown, file);
            foreach (var migration in All.Where(migration => migration.Version > version))
                database.Execute(EmbeddedSql.Read(typeof(Migrator).Assembly, migration.Path));
            if (version < Newest)
            {
                database.Statement("INSERT OR REPLACE INTO schema_info (only, version, oldest_known) VALUES (1, ?, ?)")
                    .Add(Newest).Add(Math.Max(oldestKnown, OldestKnown)).Run();
            }

            database.Statement("COMMIT").Run();
            if (version < Newest)
                logger.Migrated(file, version, Newest);
        }
        catch
        {
            if (database.InTransaction)
                database.Statement("ROLLBACK").Run();
            throw;
        }
    }

    private static void Verify(Database database, string file)
    {
        if (database.Statement("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_info'").Scalar() is null)
            throw Refuse(file, "has no schema", $"Open it once with Migrate = {nameof(StoreMigration.Apply)}.");
        var (version, oldestKnown) = Read(database);
        CheckNotNewer(version, oldestKnown, file);
        if (version < Newest)
            throw Refuse(
                file, $"has the schema of version {version}; this library needs {Newest}", $"Open it once with Migrate = {nameof(StoreMigration.Apply)}.");
    }

    private static (long Version, long OldestKnown) Read(Database database)
    {
        var rows = database.Statement("SELECT version, oldest_known FROM schema_info");
        if (!rows.Read())
            return (0, 0);
        var info = (rows.GetInt64(0), rows.GetInt64(1));
        rows.Stop();
        return info;
    }

    private static void CheckNotNewer(long version, long oldestKnown, string file)
    {
        if (oldestKnown > Newest)
            throw Refuse(
                file, $"has the schema of version {version}, which a library must know version {oldestKnown} to work with; this one knows {Newest}",
                "Use the newer version of WebhookKit.Sqlite that made it.");
    }

    private static WebhookStoreException Refuse(string file, string problem, string remedy) =>
        new(StoreFault.Refused, $"The SQLite store {file} {problem}. {remedy}");

    private static long VersionOf(string path) => long.Parse(Path.GetFileName(path).AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
}
