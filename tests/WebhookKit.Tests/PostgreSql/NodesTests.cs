namespace WebhookKit.Tests.PostgreSql;

/// <summary>What several nodes have of each other.</summary>
public sealed class NodesTests : PostgreSqlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_change_of_a_subscription_takes_effect_for_the_very_next_match_on_another_node()
    {
        var (one, other) = (Node(), Node());
        var subscription = new Subscription { Id = SubscriptionId.New(TimeProvider.System), Url = "https://example.com/", Events = [EventPattern.All] };
        EventToMatch[] events = [new EventToMatch { EventType = "a.b" }];
        for (var round = 0; round < 20; round++)
        {
            var added = await one.Subscriptions.AddAsync(subscription, CancellationToken.None);
            (await other.Subscriptions.MatchAsync(events, CancellationToken.None))[0].Should().Equal(subscription.Id);
            var off = await one.Subscriptions.UpdateAsync(added with { Status = SubscriptionStatus.Inactive }, CancellationToken.None);
            (await other.Subscriptions.MatchAsync(events, CancellationToken.None))[0].Should().BeEmpty();
            (await other.Subscriptions.FindAsync(subscription.Id, CancellationToken.None))!.Version.Should().Be(off.Version);
            (await one.Subscriptions.RemoveAsync(subscription.Id, CancellationToken.None)).Should().BeTrue();
            (await other.Subscriptions.FindAsync(subscription.Id, CancellationToken.None)).Should().BeNull();
        }
    }

    [Fact]
    public async Task Each_match_sees_every_change_that_returned_before_it_whoever_made_it()
    {
        var nodes = new[] { Node(), Node(), Node() };
        EventToMatch[] events = [new EventToMatch { EventType = "a.b" }];

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            var id = SubscriptionId.New(TimeProvider.System);
            await nodes[i % 3].Subscriptions.AddAsync(
                new Subscription { Id = id, Url = "https://example.com/", Events = [EventPattern.All] }, CancellationToken.None);
            foreach (var node in nodes)
                (await node.Subscriptions.MatchAsync(events, CancellationToken.None))[0].Should().Contain(id);
        })));

        (await nodes[0].Subscriptions.MatchAsync(events, CancellationToken.None))[0].Should().HaveCount(12);
    }

    [Fact]
    public async Task A_worker_that_waits_hears_of_what_another_node_publishes()
    {
        var (one, other) = (Node(), Node(o => (o.Listen, o.PollInterval) = (true, TimeSpan.FromSeconds(1))));
        var waiting = LeaseAsync(other, TimeSpan.FromSeconds(60));

        await EnqueueAsync(one, Request());

        (await waiting.WaitAsync(Patience)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_listener_whose_connection_is_cut_listens_again()
    {
        var node = Node(o => o.Listen = true);
        var waiting = LeaseAsync(node, Patience);
        await UntilListeningAsync();
        await RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN \"webhookkit.{schema}\"'");
        using var deadline = new CancellationTokenSource(Patience);
        while (!Logs.Lines.Any(line => line.Id == 1454) && !deadline.IsCancellationRequested)
            await Task.Yield();

        Logs.Lines.Select(line => line.Id).Where(id => id is 1453 or 1454).Should().Equal(1453, 1454);
        await EnqueueAsync(Node(), Request());
        (await waiting.WaitAsync(Patience)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_fan_out_whose_publisher_died_is_expanded_by_whoever_leases()
    {
        var node = Node();
        var request = Request();
        request = request with { Targets = [.. Enumerable.Repeat(request.Targets[0], 2_500)] };
        await using (var connection = await node.Server.Sources.Main.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // In a transaction of the host's nobody expands after the commit: as if the process had died there.
            await node.Store.EnqueueAsync([request], transaction, CancellationToken.None);
            await transaction.CommitAsync();
        }

        (await node.Store.MeasureAsync(CancellationToken.None)).Waiting.Should().Be(2_500);

        var worked = 0;
        var other = Node();
        for (var last = -1; last != 0;)
            worked += last = await WorkAsync(other);
        worked.Should().Be(2_500);
    }

    private async Task UntilListeningAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!deadline.IsCancellationRequested)
        {
            await using var connection = new Npgsql.NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand(
                $"SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN \"webhookkit.{Schema}\"' AND state = 'idle'", connection);
            if ((long)(await command.ExecuteScalarAsync())! > 0)
                return;
        }
    }
}
