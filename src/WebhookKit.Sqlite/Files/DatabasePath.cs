using Microsoft.Data.Sqlite;

namespace WebhookKit.Sqlite.Files;

/// <summary>The file that a connection string names.</summary>
internal static class DatabasePath
{
    private const string Field = "UseSqlite(connectionString)";

    /// <summary>The full path of the file; the connection string was checked.</summary>
    public static string Of(string connectionString) => Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);

    /// <summary>Finds what is wrong with a connection string. What it says is never repeated: it may hold a password.</summary>
    public static void Check(string connectionString, List<WebhookError> errors)
    {
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            errors.Add(new WebhookError(
                WebhookErrorCode.Required, Field, $"It is no connection string of Microsoft.Data.Sqlite ({e.GetType().Name}).", "Use 'Data Source=webhooks.db'."));
            return;
        }

        var source = builder.DataSource;
        if (string.IsNullOrWhiteSpace(source))
        {
            errors.Add(new WebhookError(WebhookErrorCode.Required, Field, "It names no file.", "Use 'Data Source=webhooks.db'."));
        }
        else if (IsInMemory(builder, source))
        {
            errors.Add(new WebhookError(
                WebhookErrorCode.Contradiction, Field, "It names a database in memory, which is not durable.",
                "Name a file, or leave UseSqlite out: WebhookKit's own store in memory is faster."));
        }
        else if (source.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(new WebhookError(WebhookErrorCode.InvalidUrl, Field, "It names the file by a URI.", "Give the path."));
        }

        if (builder.Mode == SqliteOpenMode.ReadOnly)
            errors.Add(new WebhookError(WebhookErrorCode.Contradiction, Field, "It asks for reading only.", "Leave out Mode."));
        if (builder.Cache == SqliteCacheMode.Shared)
            errors.Add(new WebhookError(WebhookErrorCode.Contradiction, Field, "It asks for a shared cache, whose locks are not those of a file.", "Leave out Cache."));
    }

    private static bool IsInMemory(SqliteConnectionStringBuilder builder, string source) =>
        builder.Mode == SqliteOpenMode.Memory
        || source.Contains(":memory:", StringComparison.OrdinalIgnoreCase)
        || source.Contains("mode=memory", StringComparison.OrdinalIgnoreCase);
}
