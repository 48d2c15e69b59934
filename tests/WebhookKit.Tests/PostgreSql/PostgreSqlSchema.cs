using System.Globalization;
using Npgsql;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>A schema of a test's own on the shared server, and nodes that work on it, all with the same virtual time.</summary>
internal sealed class PostgreSqlSchema : IAsyncDisposable
{
    private static int _made;
    private readonly List<PostgreSqlNode> _nodes = [];

    public string Name { get; } = "own" + Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);

    public VirtualClock Clock { get; } = new();

    public PostgreSqlNode AddNode()
    {
        var options = new PostgreSqlStoreOptions { Schema = Name, Listen = false };
        var node = new PostgreSqlNode(PostgreSqlServer.Shared.ConnectionString(), options, Clock, Clock);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A connection of the test's own; names in its SQL are those of the schema.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(PostgreSqlServer.Shared.ConnectionString()) { SearchPath = Name, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs what may take a while where much else goes on.</summary>
    public async Task RunAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await RunAsync($"DROP SCHEMA IF EXISTS {Name} CASCADE");
    }
}
