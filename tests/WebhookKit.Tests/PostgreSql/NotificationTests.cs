using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>How often a node tells others of new work, in a time that the test moves.</summary>
public sealed class NotificationTests : PostgreSqlTests
{
    private const string Fence = "fence";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly VirtualClock _time = new();
    private readonly List<string> _heard = [];

    [Fact]
    public async Task However_much_happens_others_are_told_at_once_then_once_an_interval_and_of_the_last_thing_too()
    {
        await using var node = new PostgreSqlNode(ConnectionString, new PostgreSqlStoreOptions { Schema = Schema, Listen = false }, _time);
        await using var ear = await ListenAsync();
        node.Store.Added();
        await HearAsync(ear, count: 1);

        for (var i = 0; i < 10; i++)
            node.Store.Added();
        await UntilPausingAsync();
        await TellAsync(ear, Fence);
        _heard.Should().Equal("", Fence);

        _time.Advance(Notifications.Interval);
        await HearAsync(ear, count: 3);
        await UntilPausingAsync();
        await TellAsync(ear, Fence);
        _heard.Should().Equal("", Fence, "", Fence);

        _time.Advance(Notifications.Interval);
        node.Store.Added();
        await HearAsync(ear, count: 5);
        _heard[^1].Should().BeEmpty("after a pause the next is told at once");
    }

    private async Task<NpgsqlConnection> ListenAsync()
    {
        var connection = new NpgsqlConnection(With(ConnectionString, c => c.Pooling = false));
        connection.Notification += (_, told) => _heard.Add(told.Payload);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"LISTEN \"webhookkit.{Schema}\"", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Tells and hears it, with everything that was told before.</summary>
    private async Task TellAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand($"NOTIFY \"webhookkit.{Schema}\", '{text}'", connection);
        var count = _heard.Count + 1;
        await command.ExecuteNonQueryAsync();
        await HearAsync(connection, count);
    }

    private async Task HearAsync(NpgsqlConnection connection, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (_heard.Count < count)
            await connection.WaitAsync(deadline.Token);
    }

    private async Task UntilPausingAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (_time.NextTimerDue is null)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
