using System.Globalization;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Migrations;

/// <summary>The migrations that this library carries, by their numbers.</summary>
internal static class MigrationScripts
{
    private const string Folder = "Migrations";

    /// <summary>What this library can do, as schemas name it. A schema that needs more refuses it.</summary>
    public const int Level = 1;

    private static readonly MigrationScript[] All = [.. EmbeddedSql.List(typeof(MigrationScripts).Assembly, Folder).Select(Load)];

    /// <summary>The version of the schema after the last of them.</summary>
    public static int Version => All[^1].Version;

    /// <summary>Those that bring a schema of this version to the last one, in their order; 0 is no schema at all.</summary>
    public static IEnumerable<MigrationScript> After(int version) => All.Where(script => script.Version > version);

    /// <summary>All of them as one script.</summary>
    public static string ToScript(string schema)
    {
        var quoted = SchemaName.Quote(schema);
        var scripts = All.Select(script => script.Text.Replace(SchemaName.Placeholder, quoted, StringComparison.Ordinal));
        return $"BEGIN;\nCREATE SCHEMA IF NOT EXISTS {quoted};\n{string.Join("\n", scripts)}COMMIT;\n";
    }

    private static MigrationScript Load(string path)
    {
        var number = Path.GetFileName(path).Split('_')[0];
        return new MigrationScript(int.Parse(number, CultureInfo.InvariantCulture), EmbeddedSql.Read(typeof(MigrationScripts).Assembly, path).ReplaceLineEndings("\n"));
    }
}
