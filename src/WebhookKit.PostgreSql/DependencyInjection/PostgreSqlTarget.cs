using Npgsql;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.DependencyInjection;

/// <summary>The database that the host named: by a connection string, or by a data source of its own.</summary>
internal sealed record PostgreSqlTarget(string? ConnectionString, NpgsqlDataSource? DataSource)
{
    public DataSources Open(PostgreSqlStoreOptions options) =>
        DataSource is null ? DataSources.From(ConnectionString!, options) : DataSources.From(DataSource, options);

    /// <summary>A connection string has a password in it.</summary>
    public override string ToString() => nameof(PostgreSqlTarget);
}
