using Npgsql;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Leases that come to something unexpected.</summary>
public sealed class LeaseRecoveryTests : PostgreSqlTests
{
    [Fact]
    public async Task Lanes_of_a_lease_whose_commit_was_not_answered_are_given_by_the_next_call()
    {
        using var proxy = new LosingProxy(PostgreSqlServer.Shared.Port);
        var node = Node(connectionString: With(ConnectionString, c => (c.Port, c.Pooling) = (proxy.Port, false)));
        await EnqueueAsync(node, Request(lane: 1));
        proxy.LoseAnswerTo("least(");

        (await FailureAsync(() => LeaseAsync(node))).Fault.Should().Be(StoreFault.Unavailable);

        (await LeaseAsync(node)).Should().ContainSingle("it was leased for this node").Which.Deliveries.Should().ContainSingle();
        (await LeaseAsync(node)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_cancellation_whose_commit_was_not_answered_is_told_as_it_was()
    {
        using var proxy = new LosingProxy(PostgreSqlServer.Shared.Port);
        var node = Node(connectionString: With(ConnectionString, c => (c.Port, c.Pooling) = (proxy.Port, false)));
        await EnqueueAsync(node, Request(lane: 1));
        var delivery = (await node.Store.ListDeliveriesAsync(new DeliveryQuery(), CancellationToken.None)).Items.Single().Id;
        proxy.LoseAnswerTo("COMMIT");

        (await node.Store.CancelAsync([delivery], CancellationToken.None)).Should().Equal(CancelOutcome.Cancelled);
    }

    [Fact]
    public async Task A_lane_whose_first_delivery_cannot_be_read_is_set_back_and_keeps_no_other_from_being_leased()
    {
        var node = Node();
        var (damaged, missing) = (Request(lane: 1), Request(lane: 2));
        await EnqueueAsync(node, damaged, missing, Request(lane: 3));
        await RunAsync($$"""UPDATE {schema}.message SET attributes = '{"a": [1]}' WHERE id = '{{damaged.Message.Id}}'""");
        await RunAsync($$"""DELETE FROM {schema}.message WHERE id = '{{missing.Message.Id}}'""");

        (await LeaseAsync(node)).Should().ContainSingle().Which.Lane.Value.Should().Be(new Guid(3, 0, 0, new byte[8]));

        Logs.Lines.Count(line => line.Id == 1458).Should().Be(2);
        (await LeaseAsync(node)).Should().BeEmpty();
        Logs.Lines.Count(line => line.Id == 1458).Should().Be(2, "they wait");
        await RunAsync($$"""UPDATE {schema}.message SET attributes = NULL WHERE id = '{{damaged.Message.Id}}'""");
        await node.Store.WakeAsync([new LaneId(new Guid(1, 0, 0, new byte[8]))], CancellationToken.None);
        (await LeaseAsync(node)).Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_due_but_locked_is_leased_once_it_is_free()
    {
        var node = Node();
        await EnqueueAsync(node, Request(lane: 1));
        await using var connection = new NpgsqlConnection(With(ConnectionString, c => c.Pooling = false));
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM {Schema}.wake FOR UPDATE", connection))
            await command.ExecuteNonQueryAsync();
        var waiting = LeaseAsync(node, TimeSpan.FromSeconds(60));

        await connection.DisposeAsync();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(60))).Should().ContainSingle();
    }
}
