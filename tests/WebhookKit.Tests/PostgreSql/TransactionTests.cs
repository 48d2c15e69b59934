using System.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.PostgreSql;

public sealed class TransactionTests : PostgreSqlTests
{
    private readonly PublishingHost _host;

    public TransactionTests() =>
        _host = new PublishingHost(build: webhooks => webhooks.UsePostgreSql(ConnectionString, o => (o.Schema, o.Listen) = (Schema, false)));

    private IPostgreSqlWebhookPublisher Publisher => _host.Services.GetRequiredService<IPostgreSqlWebhookPublisher>();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_comes_with_the_commit_and_not_before()
    {
        await _host.SubscribeAsync("inspection.*");
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        var result = await Publisher.PublishAsync(new InspectionCompleted(1, "Ada"), transaction);

        result.Targets.Should().Be(1);
        (await _host.QueuedAsync()).Should().BeEmpty();
        await transaction.CommitAsync();
        await Publisher.WakeAsync();
        (await _host.QueuedAsync()).Should().ContainSingle().Which.PublicId.Should().Be(result.MessageId);
    }

    [Fact]
    public async Task What_is_rolled_back_never_was()
    {
        await _host.SubscribeAsync("*");
        await using var connection = await OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), transaction, new PublishOptions { IdempotencyKey = "k" });
            await transaction.RollbackAsync();
        }

        (await _host.QueuedAsync()).Should().BeEmpty();
        (await _host.Publisher.PublishJsonAsync("raw.made", "[]"u8.ToArray(), new PublishOptions { IdempotencyKey = "k" })).IsDuplicate.Should().BeFalse();
    }

    [Fact]
    public async Task A_key_that_is_known_is_a_duplicate_and_a_conflict_leaves_the_transaction_as_it_was()
    {
        var options = new PublishOptions { IdempotencyKey = "k" };
        var first = await _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), options);
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        (await Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), transaction, options)).Should().Match<PublishResult>(
            result => result.IsDuplicate && result.MessageId == first.MessageId);
        await FluentActions.Awaiting(() => Publisher.PublishJsonAsync("raw.made", "[]"u8.ToArray(), transaction, options))
            .Should().ThrowAsync<IdempotencyConflictException>();

        var results = await Publisher.PublishManyAsync(
            [PublishRequest.Json("raw.made", "1"u8.ToArray()), PublishRequest.Json("raw.made", "2"u8.ToArray())], transaction);
        await transaction.CommitAsync();
        (await _host.Log.ListMessagesAsync(new MessageQuery(), CancellationToken.None)).Items.Select(record => record.Message.PublicId)
            .Should().BeEquivalentTo([first.MessageId, .. results.Select(result => result.MessageId)]);
    }

    [Theory]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task A_key_that_another_transaction_has_just_taken_is_a_serialisation_failure_under_a_stricter_isolation(IsolationLevel isolation)
    {
        var options = new PublishOptions { IdempotencyKey = "k" };
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(isolation);
        await using (var command = new NpgsqlCommand("SELECT 1 FROM pg_class LIMIT 1", connection, transaction))
            await command.ExecuteScalarAsync();
        await _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), options);

        var failure = await FailureAsync(() => Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), transaction, options));

        failure.Fault.Should().Be(StoreFault.Busy);
        failure.InnerException.Should().BeOfType<PostgresException>().Which.SqlState.Should().Be("40001");
    }

    [Fact]
    public async Task A_transaction_scope_around_a_plain_publish_is_not_joined()
    {
        using (new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled))
            await _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray());

        (await _host.Log.ListMessagesAsync(new MessageQuery(), CancellationToken.None)).Items
            .Should().ContainSingle("the scope was not completed, and has nothing to say");
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        // The schema is there before the transaction begins, as in a host that has started.
        await _host.Log.ListMessagesAsync(new MessageQuery(), CancellationToken.None);
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
