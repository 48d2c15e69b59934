namespace WebhookKit.Sqlite.DependencyInjection;

/// <summary>The file that the host named.</summary>
internal sealed class SqliteTarget(string connectionString)
{
    public string ConnectionString { get; } = connectionString;
}
