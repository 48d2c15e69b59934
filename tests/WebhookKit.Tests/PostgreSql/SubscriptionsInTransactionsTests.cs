using System.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Publishing in transactions of the host's, on the host's own data source: who is subscribed is asked there too.</summary>
public sealed class SubscriptionsInTransactionsTests : PostgreSqlTests
{
    private const int Connections = 3;
    private readonly NpgsqlDataSource _dataSource;
    private readonly PublishingHost _host;

    public SubscriptionsInTransactionsTests()
    {
        _dataSource = NpgsqlDataSource.Create(With(ConnectionString, c => (c.MaxPoolSize, c.Timeout) = (Connections, 5)));
        _host = new PublishingHost(build: webhooks => webhooks.UsePostgreSql(_dataSource, o => (o.Schema, o.Listen) = (Schema, false)));
    }

    private IPostgreSqlWebhookPublisher Publisher => _host.Services.GetRequiredService<IPostgreSqlWebhookPublisher>();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        await _dataSource.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task As_many_transactions_as_the_pool_has_connections_can_publish_at_once()
    {
        await _host.SubscribeAsync("*");
        var transactions = new List<NpgsqlTransaction>();
        for (var i = 0; i < Connections; i++)
            transactions.Add(await (await _dataSource.OpenConnectionAsync()).BeginTransactionAsync());

        var results = await Task.WhenAll(transactions.Select(transaction => Task.Run(
            () => Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), transaction))));

        results.Should().OnlyContain(result => result.Targets == 1);
        foreach (var transaction in transactions)
        {
            var connection = transaction.Connection!;
            await transaction.CommitAsync();
            await connection.DisposeAsync();
        }

        (await _host.QueuedAsync()).Should().HaveCount(Connections);
    }

    [Fact]
    public async Task A_transaction_that_sees_the_past_takes_nothing_from_what_is_known()
    {
        await _host.SubscribeAsync("*");
        (await _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray())).Targets.Should().Be(1);
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using (var command = new NpgsqlCommand("SELECT 1 FROM pg_class LIMIT 1", connection, transaction))
            await command.ExecuteScalarAsync();
        await _host.SubscribeAsync("*");
        (await _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray())).Targets.Should().Be(2);

        (await Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), transaction)).Targets.Should().Be(2, "this process knows of both");

        (await _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray())).Targets.Should().Be(2);
    }

    [Fact]
    public async Task A_node_forgets_changes_that_a_failover_lost_even_if_others_have_taken_their_numbers()
    {
        var (one, other) = (Node(), Node());
        var kept = await one.Subscriptions.AddAsync(Make(), CancellationToken.None);
        await RunAsync("CREATE TABLE {schema}.old AS SELECT * FROM {schema}.subscription_change");
        var lost = await one.Subscriptions.AddAsync(Make(), CancellationToken.None);
        (await MatchAsync(one)).Should().Equal(kept.Id, lost.Id);

        // As on a standby that had not heard of the last change when it took over.
        await RunAsync(
            $"DELETE FROM {Schema}.subscription WHERE id = '{lost.Id.Value}';"
            + "UPDATE {schema}.subscription_change c SET number = old.number, stamps = old.stamps FROM {schema}.old");
        var second = await other.Subscriptions.AddAsync(Make(), CancellationToken.None);
        var third = await other.Subscriptions.AddAsync(Make(), CancellationToken.None);

        (await MatchAsync(one)).Should().Equal(kept.Id, second.Id, third.Id);
    }

    private static Subscription Make() => new() { Id = SubscriptionId.New(TimeProvider.System), Url = "https://example.com/", Events = [EventPattern.All] };

    private static async Task<IReadOnlyList<SubscriptionId>> MatchAsync(PostgreSqlNode node) =>
        (await node.Subscriptions.MatchAsync([new EventToMatch { EventType = "a.b" }], CancellationToken.None))[0];
}
