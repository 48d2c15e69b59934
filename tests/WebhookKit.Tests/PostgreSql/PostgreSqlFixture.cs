using System.Globalization;
using Npgsql;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Each spec has a schema of its own on the shared server, and its time from a virtual clock.</summary>
public class PostgreSqlFixture : StoreFixture
{
    private static int _made;
    private readonly VirtualClock _clock = new();
    private readonly string _schema = "s" + Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);
    private PostgreSqlNode? _node;

    public override IWebhookStore? Store => _node?.Store;

    public override ISubscriptionStore? Subscriptions => _node?.Subscriptions;

    public override VirtualClock? Clock => _clock;

    protected virtual string ConnectionString => PostgreSqlServer.Shared.ConnectionString();

    public override async ValueTask StartAsync()
    {
        await PrepareAsync();
        _node = new PostgreSqlNode(ConnectionString, new PostgreSqlStoreOptions { Schema = _schema, Listen = false }, _clock, _clock);
        await _node.Database.OpenAsync(CancellationToken.None);
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_node is null)
            return;
        await _node.DisposeAsync();
        var settings = new NpgsqlConnectionStringBuilder(PostgreSqlServer.Shared.ConnectionString());
        await PostgreSqlServer.Shared.RunAsync($"DROP SCHEMA IF EXISTS {_schema} CASCADE", new NpgsqlConnectionStringBuilder(ConnectionString).Database ?? settings.Database!);
    }

    /// <summary>What a derived fixture needs before the store is made.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;
}
