using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>
/// Each spec has a schema of its own on the shared server, and its time from a virtual clock. A schema is emptied after a spec and used again: that is quicker
/// than making one.
/// </summary>
public class PostgreSqlFixture : StoreFixture
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<string>> Free = new(StringComparer.Ordinal);
    private static int _made;
    private readonly VirtualClock _clock = new();
    private string _schema = "";
    private PostgreSqlNode? _node;

    public override IWebhookStore? Store => _node?.Store;

    public override ISubscriptionStore? Subscriptions => _node?.Subscriptions;

    public override VirtualClock? Clock => _clock;

    protected virtual string ConnectionString => PostgreSqlServer.Shared.ConnectionString();

    protected virtual bool PreparesStatements => false;

    private string DatabaseName => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    public override async ValueTask StartAsync()
    {
        await PrepareAsync();
        _schema = Free.GetOrAdd(DatabaseName, _ => []).TryTake(out var free)
            ? free
            : "s" + Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);
        var options = new PostgreSqlStoreOptions { Schema = _schema, Listen = false, PrepareStatements = PreparesStatements };
        _node = new PostgreSqlNode(ConnectionString, options, _clock, _clock);
        await _node.Database.OpenAsync(CancellationToken.None);
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_node is null)
            return;
        await _node.DisposeAsync();
        string[] tables = ["message", "delivery", "delivery_ended", "attempt", "lane", "wake", "idempotency", "destination", "fan_out", "subscription"];
        await PostgreSqlServer.Shared.RunAsync(
            $"TRUNCATE {string.Join(", ", tables.Select(table => $"{_schema}.{table}"))} RESTART IDENTITY; UPDATE {_schema}.subscription_change SET number = 0;"
            + $"ALTER SEQUENCE {_schema}.delivery_id RESTART; ALTER SEQUENCE {_schema}.wake_id RESTART",
            DatabaseName);
        Free[DatabaseName].Add(_schema);
    }

    /// <summary>What a derived fixture needs before the store is made.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;
}
