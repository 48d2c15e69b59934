using Microsoft.Extensions.Logging;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Migrations;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql;

/// <summary>The server that the stores of this process share, with everything that work on it needs.</summary>
internal sealed class StoreServer : IAsyncDisposable, IDisposable
{
    /// <param name="sources">Where connections come from; disposed of with this.</param>
    /// <param name="options">The settings, valid.</param>
    /// <param name="format">Writes subscriptions and destinations down.</param>
    /// <param name="time">This process's time, for waiting.</param>
    /// <param name="logger">Where changes of its state go.</param>
    /// <param name="clock">The store's time in tests; null is the server's clock.</param>
    public StoreServer(
        DataSources sources, PostgreSqlStoreOptions options, SettingsFormat format, TimeProvider time, ILogger logger, TimeProvider? clock = null)
    {
        (Sources, Options, Format, Time, Logger) = (sources, options, format, time, logger);
        var settings = new SessionSettings((int)Math.Ceiling(options.CommandTimeout.TotalSeconds), clock, options.BriefLockTimeout);
        var statements = new Statements(options.Schema);
        Migrator = new Migrator(sources, statements, options.Migrate, settings, logger);
        Database = new Database(sources, statements, Migrator, settings, logger);
    }

    public DataSources Sources { get; }

    public PostgreSqlStoreOptions Options { get; }

    public SettingsFormat Format { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Migrator Migrator { get; }

    public Database Database { get; }

    public ValueTask DisposeAsync()
    {
        Database.Dispose();
        return Sources.DisposeAsync();
    }

    public void Dispose()
    {
        Database.Dispose();
        Sources.Dispose();
    }
}
