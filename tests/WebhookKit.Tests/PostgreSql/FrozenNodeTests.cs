using Npgsql;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>A node that stops within a transaction keeps its locks for a while; a connection of the test's own stands for it.</summary>
public sealed class FrozenNodeTests : PostgreSqlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_lane_that_a_frozen_node_has_locked_keeps_no_other_from_being_leased_and_is_leased_afterwards()
    {
        var node = Node();
        await EnqueueAsync(node, Request(lane: 1));
        (await WorkAsync(node)).Should().Be(1);
        await using var frozen = await LockLaneAsync();
        await EnqueueAsync(node, Request(lane: 1), Request(lane: 2));

        (await LeaseAsync(node).WaitAsync(Patience)).Select(lane => lane.Lane.Value).Should().Equal(LaneOf(2));
        (await LeaseAsync(node)).Should().BeEmpty();
        await frozen.DisposeAsync();

        // The server notices a little later that the connection is gone.
        (await LeaseAsync(node, Patience)).Select(lane => lane.Lane.Value).Should().Equal(LaneOf(1));
    }

    [Fact]
    public async Task A_lane_that_a_frozen_node_has_locked_costs_no_other_its_lease()
    {
        var node = Node();
        await EnqueueAsync(node, Request(lane: 1), Request(lane: 2));
        var lanes = await LeaseAsync(node);
        await RunAsync("UPDATE {schema}.lane SET lease_until = now(), visible_at = now()");
        await using var frozen = await LockLaneAsync();

        var renewing = node.Store.RenewAsync(
            [.. lanes.Select(lane => new LaneRenewal { Lane = lane.Lane, Token = lane.Token, Lease = TimeSpan.FromMinutes(5) })], CancellationToken.None).AsTask();
        using var deadline = new CancellationTokenSource(Patience);
        while (await CountAsync($"SELECT count(*) FROM {Schema}.lane WHERE lease_until > now() + interval '1 minute'") == 0)
            deadline.Token.ThrowIfCancellationRequested();

        renewing.IsCompleted.Should().BeFalse("the other lane is waited for");
        await frozen.DisposeAsync();
        (await renewing.WaitAsync(Patience)).Should().Equal(RenewOutcome.Renewed, RenewOutcome.Renewed);
    }

    [Fact]
    public async Task A_lane_that_a_frozen_node_has_locked_keeps_no_other_from_being_released()
    {
        var node = Node();
        await EnqueueAsync(node, Request(lane: 1), Request(lane: 2), Request(lane: 3));
        var lanes = await LeaseAsync(node);
        await using var frozen = await LockLaneAsync();

        var releasing = lanes.OrderBy(lane => lane.Lane.Value).Select(lane => node.Store.ReleaseAsync(
            [new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None).AsTask()).ToArray();

        await Task.WhenAll(releasing[1..]).WaitAsync(Patience);
        releasing[0].IsCompleted.Should().BeFalse("its lane is waited for");
        await frozen.DisposeAsync();
        await releasing[0].WaitAsync(Patience);
        (await LeaseAsync(node)).Should().HaveCount(3);
    }

    [Fact]
    public async Task The_server_ends_a_transaction_whose_node_says_no_more_and_whoever_waits_for_a_lock_gives_up_before_the_command_does()
    {
        var settings = await Node().Database.WriteAsync(
            Repeat.Always,
            session => session.Batch()
                .AddText("SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout')")
                .ListAsync(row => (row.GetString(0), row.GetString(1))),
            CancellationToken.None);

        settings.Should().Equal(("5s", "2s"));
    }

    private static Guid LaneOf(int lane) => new(lane, 0, 0, new byte[8]);

    private async Task<NpgsqlConnection> LockLaneAsync()
    {
        var connection = new NpgsqlConnection(With(ConnectionString, c => c.Pooling = false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM {Schema}.lane WHERE id = '{LaneOf(1)}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
