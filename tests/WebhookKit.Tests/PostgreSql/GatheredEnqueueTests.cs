using Npgsql;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Calls of enqueue that come at the same time share a transaction, and none has anything to do with another.</summary>
public sealed class GatheredEnqueueTests : PostgreSqlTests
{
    private const int Calls = 40;

    [Fact]
    public async Task Calls_that_come_together_share_transactions_and_each_gets_its_own_results()
    {
        var node = await OpenAsync(WaitForLocks);
        EnqueueRequest[][] calls = [.. Enumerable.Range(0, Calls).Select(i => new[] { Request(i % 3), Request(i % 5) })];

        var results = await TogetherAsync(node, calls, CancellationToken.None);

        for (var i = 0; i < Calls; i++)
            (await results[i]).Select(result => (result.Outcome, result.MessageId)).Should()
                .Equal(calls[i].Select(request => (EnqueueOutcome.Accepted, request.Message.PublicId)));
        (await CountAsync("count(DISTINCT xmin::text)")).Should().BeLessThan(5);
        (await WorkAsync(node)).Should().Be(2 * Calls);
    }

    [Fact]
    public async Task A_key_that_is_used_for_other_content_fails_its_own_call_only()
    {
        var node = await OpenAsync();
        await EnqueueAsync(node, Keyed("known", content: 1));
        EnqueueRequest[][] calls =
        [
            .. Enumerable.Range(0, Calls).Select(_ => new[] { Request() }),
            [Keyed("known", content: 1)], [Request(), Keyed("known", content: 2)], [Keyed("new", content: 1)], [Keyed("new", content: 1)],
            [Request(), Keyed("new", content: 2)],
        ];

        var results = await TogetherAsync(node, calls, CancellationToken.None);

        foreach (var result in results[..Calls])
            (await result).Should().ContainSingle().Which.Outcome.Should().Be(EnqueueOutcome.Accepted);
        (await results[Calls])[0].Outcome.Should().Be(EnqueueOutcome.Duplicate);
        await FailsAsync<IdempotencyConflictException>(results[Calls + 1]);
        // The calls have no order among them: whichever comes first has the key, with its content.
        var settled = results[(Calls + 2)..];
        await EndAsync(settled);
        var accepted = settled.Where(task => task.IsCompletedSuccessfully)
            .Sum(task => task.Result.Count(result => result.Outcome == EnqueueOutcome.Accepted));
        accepted.Should().Be(settled[2].IsCompletedSuccessfully ? 2 : 1);
        (await WorkAsync(node)).Should().Be(1 + Calls + accepted);
    }

    [Fact]
    public async Task What_the_server_cannot_store_fails_its_own_call_only()
    {
        var node = await OpenAsync();
        var request = Request();
        var spoilt = request with { Message = request.Message with { Attributes = new Dictionary<string, string> { ["a"] = "\0" } } };
        EnqueueRequest[][] calls = [.. Enumerable.Range(0, Calls).Select(i => i == 17 ? [Request(), spoilt] : new[] { Request() })];

        var results = await TogetherAsync(node, calls, CancellationToken.None);

        await FailsAsync<WebhookStoreException>(results[17]);
        foreach (var result in results.Where((_, i) => i != 17))
            (await result).Should().ContainSingle();
        (await WorkAsync(node)).Should().Be(Calls - 1);
    }

    [Fact]
    public async Task A_key_that_somebody_is_taking_holds_up_its_own_call_only()
    {
        var node = await OpenAsync();
        await using var connection = await node.Server.Sources.Main.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await node.Store.EnqueueAsync([Keyed("k", content: 1)], transaction, CancellationToken.None);
        EnqueueRequest[][] calls = [[Keyed("k", content: 1)], .. Enumerable.Range(0, Calls).Select(_ => new[] { Request() })];

        var results = Array.ConvertAll(calls, call => node.Store.EnqueueAsync(call, CancellationToken.None).AsTask());

        await Task.WhenAll(results[1..]).WaitAsync(TimeSpan.FromSeconds(60));
        results[0].IsCompleted.Should().BeFalse("nobody knows yet whether the key is taken");
        await transaction.CommitAsync();
        (await results[0])[0].Outcome.Should().Be(EnqueueOutcome.Duplicate);
    }

    [Fact]
    public async Task A_caller_that_gives_up_costs_no_other_its_result()
    {
        var node = await OpenAsync(WaitForLocks);
        using var cancellation = new CancellationTokenSource();
        EnqueueRequest[][] calls = [.. Enumerable.Range(0, Calls).Select(_ => new[] { Request() })];

        var results = await TogetherAsync(node, calls, cancellation.Token, whileBlocked: () => cancellation.CancelAsync());

        await EndAsync(results);
        results[0].IsCompletedSuccessfully.Should().BeTrue("it had begun");
        results[1..].Should().OnlyContain(result => result.IsCanceled, "they had not");
        (await CountAsync("count(*)")).Should().Be(1);
        await EnqueueAsync(node, Request());
        (await WorkAsync(node)).Should().Be(2);
    }

    private static EnqueueRequest Keyed(string key, byte content)
    {
        var hash = new byte[32];
        hash[0] = content;
        return Request() with { Idempotency = new IdempotencyKey { Key = key, ContentHash = hash, Lifetime = TimeSpan.FromHours(1) } };
    }

    private static async Task FailsAsync<T>(Task task) where T : Exception => await task.Awaiting(failing => failing).Should().ThrowAsync<T>();

    /// <summary>Waits until all have ended, however they did.</summary>
    private static Task EndAsync(Task[] tasks) => Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>The first call stays where it is held up, however long this takes.</summary>
    private static void WaitForLocks(PostgreSqlStoreOptions options) =>
        (options.BriefLockTimeout, options.CommandTimeout) = (TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2));

    private async Task<PostgreSqlNode> OpenAsync(Action<PostgreSqlStoreOptions>? configure = null)
    {
        var node = Node(configure);
        await node.Database.OpenAsync(CancellationToken.None);
        return node;
    }

    /// <summary>Makes the calls while the first of them is held up in the database, so that the others gather.</summary>
    private async Task<Task<IReadOnlyList<EnqueueResult>>[]> TogetherAsync(
        PostgreSqlNode node, EnqueueRequest[][] calls, CancellationToken token, Func<Task>? whileBlocked = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        await using var locking = new NpgsqlCommand($"LOCK TABLE {Schema}.message IN SHARE MODE", connection, transaction);
        await locking.ExecuteNonQueryAsync(CancellationToken.None);
        var first = node.Store.EnqueueAsync(calls[0], token).AsTask();
        await using var waiting = new NpgsqlCommand(
            $"SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock' AND relation = '{Schema}.message'::regclass",
            connection, transaction);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((long)(await waiting.ExecuteScalarAsync(deadline.Token))! == 0)
            await Task.Yield();
        Task<IReadOnlyList<EnqueueResult>>[] results = [first, .. calls[1..].Select(call => node.Store.EnqueueAsync(call, token).AsTask())];
        await (whileBlocked?.Invoke() ?? Task.CompletedTask);
        await transaction.RollbackAsync(CancellationToken.None);
        return results;
    }

    private async Task<long> CountAsync(string what)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT {what} FROM {Schema}.message", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
