using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebhookKit.PostgreSql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Subscriptions;
using WebhookKit.Storage;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>One node's stores on a database, put together as the host's services do.</summary>
internal sealed class PostgreSqlNode : IAsyncDisposable
{
    public PostgreSqlNode(string connectionString, PostgreSqlStoreOptions options, TimeProvider time, TimeProvider? clock = null, ILogger? logger = null)
    {
        var format = new SettingsFormat(new NamedParts([]), protector: null);
        Server = new StoreServer(DataSources.From(connectionString, options), options, format, time, logger ?? NullLogger.Instance, clock);
        Store = new PostgreSqlStore(Server);
        Subscriptions = new PostgreSqlSubscriptionStore(Server.Database, format);
    }

    public StoreServer Server { get; }

    public Database Database => Server.Database;

    public PostgreSqlStore Store { get; }

    public PostgreSqlSubscriptionStore Subscriptions { get; }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Server.DisposeAsync();
    }
}
