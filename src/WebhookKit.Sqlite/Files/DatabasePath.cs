using Microsoft.Data.Sqlite;

namespace WebhookKit.Sqlite.Files;

/// <summary>The file that a connection string names.</summary>
internal static class DatabasePath
{
    private const string Field = "UseSqlite(connectionString)";

    private const string DataDirectory = "DataDirectory";
    private const int MaxLinks = 40;

    /// <summary>
    /// The full path of the file, as Microsoft.Data.Sqlite finds it: a relative one is in the data directory of the application domain, if that has one. The
    /// connection string was checked.
    /// </summary>
    public static string Of(string connectionString)
    {
        const string Macro = $"|{DataDirectory}|";
        var source = new SqliteConnectionStringBuilder(connectionString).DataSource;
        var folder = AppDomain.CurrentDomain.GetData(DataDirectory) as string;
        if (source.StartsWith(Macro, StringComparison.OrdinalIgnoreCase))
            source = source[Macro.Length..].TrimStart('/', '\\');
        return string.IsNullOrEmpty(folder) ? Path.GetFullPath(source) : Path.GetFullPath(Path.Combine(folder, source));
    }

    /// <summary>
    /// The file that a full path leads to once all links in it are followed: two paths of one file are two names of one lock. To be asked once, for the lock
    /// and for all connections.
    /// </summary>
    /// <exception cref="IOException">The links lead round in a circle.</exception>
    public static string Resolve(string path) => Follow(path, MaxLinks);

    private static string Follow(string path, int links)
    {
        var root = Path.GetPathRoot(path)!;
        var current = root;
        foreach (var part in path[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(current, part);
            if ((new FileInfo(next).LinkTarget ?? new DirectoryInfo(next).LinkTarget) is { } target)
            {
                if (links == 0)
                    throw new IOException($"Too many links on the way to {path}.");
                next = Follow(Path.GetFullPath(Path.Combine(current, target)), links - 1);
            }

            current = next;
        }

        return current;
    }

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
                WebhookErrorCode.Required, Field, $"It is no connection string of Microsoft.Data.Sqlite ({e.GetType().Name}).",
                "Use 'Data Source=webhooks.db'."));
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
            errors.Add(new WebhookError(
                WebhookErrorCode.Contradiction, Field, "It asks for a shared cache, whose locks are not those of a file.", "Leave out Cache."));
    }

    private static bool IsInMemory(SqliteConnectionStringBuilder builder, string source) =>
        builder.Mode == SqliteOpenMode.Memory
        || source.Contains(":memory:", StringComparison.OrdinalIgnoreCase)
        || source.Contains("mode=memory", StringComparison.OrdinalIgnoreCase);
}
