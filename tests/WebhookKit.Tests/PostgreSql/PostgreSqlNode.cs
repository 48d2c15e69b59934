using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WebhookKit.PostgreSql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Migrations;
using WebhookKit.PostgreSql.Subscriptions;
using WebhookKit.Storage;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>One node's stores on a database, put together as the host's services do.</summary>
internal sealed class PostgreSqlNode : IAsyncDisposable
{
    private readonly DataSources _sources;

    public PostgreSqlNode(
        string connectionString, PostgreSqlStoreOptions options, TimeProvider time, TimeProvider? clock = null, ILoggerFactory? logs = null)
    {
        logs ??= NullLoggerFactory.Instance;
        _sources = DataSources.From(connectionString, options);
        var settings = new SessionSettings((int)options.CommandTimeout.TotalSeconds, clock);
        var statements = new Statements(options.Schema);
        var logger = logs.CreateLogger<PostgreSqlStore>();
        var migrator = new Migrator(_sources, statements, options.Migrate, settings, logger);
        Database = new Database(_sources, statements, migrator, settings, logger);
        var format = new SettingsFormat(new NamedParts([]), protector: null);
        Subscriptions = new PostgreSqlSubscriptionStore(Database, format);
        Store = new PostgreSqlStore(_sources, Database, migrator, format, options, time, new Logger<PostgreSqlStore>(logs));
    }

    public Database Database { get; }

    public PostgreSqlStore Store { get; }

    public PostgreSqlSubscriptionStore Subscriptions { get; }

    public NpgsqlDataSource DataSource => _sources.Main;

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _sources.DisposeAsync();
    }
}
