namespace WebhookKit.Tests.Sqlite;

/// <summary>Calls that are queued together are committed together, and fail alone.</summary>
public sealed class GroupCommitTests : SqliteTests
{
    [Fact]
    public async Task Calls_that_wait_for_the_writer_share_a_commit()
    {
        await using var node = Folder.Open();
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;
        await EnqueueAsync(node, Request());
        var (before, release) = await BlockAsync(node);

        var calls = Enumerable.Range(0, 200).Select(i => EnqueueAsync(node, Request(lane: i))).ToArray();
        release.Set();
        await Task.WhenAll(calls).WaitAsync(Patience);

        (writer.Commits - before).Should().BeInRange(1, 2, "those that were queued while the writer was busy are one group");
        (await WaitingAsync(node)).Should().Be(201);
    }

    [Fact]
    public async Task A_group_is_no_larger_than_it_may_be()
    {
        await using var node = Folder.Open(options => options.MaxGroup = 10);
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;
        var (before, release) = await BlockAsync(node);

        var calls = Enumerable.Range(0, 35).Select(i => EnqueueAsync(node, Request(lane: i))).ToArray();
        release.Set();
        await Task.WhenAll(calls).WaitAsync(Patience);

        (writer.Commits - before).Should().BeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task A_call_that_fails_takes_nothing_from_the_others_of_its_group()
    {
        await using var node = Folder.Open();
        var key = new IdempotencyKey { Key = "k", ContentHash = new byte[32], Lifetime = TimeSpan.FromDays(1) };
        await EnqueueAsync(node, Request(key: key));
        var (_, release) = await BlockAsync(node);

        var good = EnqueueAsync(node, Request());
        var bad = EnqueueAsync(node, Request(), Request(key: key with { ContentHash = Enumerable.Repeat((byte)1, 32).ToArray() }));
        var other = EnqueueAsync(node, Request());
        release.Set();

        await good.WaitAsync(Patience);
        await other.WaitAsync(Patience);
        await FluentActions.Awaiting(() => bad).Should().ThrowAsync<IdempotencyConflictException>();
        (await WaitingAsync(node)).Should().Be(3, "of the call that failed nothing was stored");
    }

    [Fact]
    public async Task A_caller_may_go_while_its_call_is_queued()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request());
        var (_, release) = await BlockAsync(node);
        using var gone = new CancellationTokenSource();

        var cancelled = node.Store.EnqueueAsync([Request()], gone.Token).AsTask();
        await gone.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        release.Set();

        (await WriteAsync(node, session => session.Database.Statement("SELECT count(*) FROM delivery").Scalar())).Should().Be(1);
    }

    [Fact]
    public async Task A_worker_that_goes_while_it_waits_takes_no_lane_with_it()
    {
        await using var node = Folder.Open();
        await node.File.OpenAsync(CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var waiting = LeaseAsync(node, wait: TimeSpan.FromHours(1), token: gone.Token);
        await WriteAsync(node, _ => true);

        await gone.CancelAsync();
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        await EnqueueAsync(node, Request());

        (await LeaseAsync(node)).Lanes.Should().HaveCount(1);
    }

    [Fact]
    public async Task What_is_queued_when_the_store_is_closed_is_finished_first_and_who_waits_is_told()
    {
        var node = Folder.Open();
        await EnqueueAsync(node, Request());
        (await WorkAsync(node)).Should().Be(1);
        var waiting = LeaseAsync(node, wait: TimeSpan.FromHours(1));
        var (_, release) = await BlockAsync(node);

        var queued = Enumerable.Range(0, 50).Select(_ => EnqueueAsync(node, Request(delay: TimeSpan.FromHours(2)))).ToArray();
        var closing = node.DisposeAsync().AsTask();
        release.Set();

        await Task.WhenAll(queued).WaitAsync(Patience);
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<ObjectDisposedException>();
        await closing.WaitAsync(Patience);
        await FluentActions.Awaiting(() => EnqueueAsync(node, Request())).Should().ThrowAsync<ObjectDisposedException>();
        await using var again = Folder.Open();
        (await WaitingAsync(again)).Should().Be(50);
    }

    /// <summary>Keeps the writer busy until the event is set; answers with the number of commits before.</summary>
    private static async Task<(long Commits, ManualResetEventSlim Release)> BlockAsync(SqliteNode node)
    {
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;
        var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = writer.RunAsync(
            (_, _) =>
            {
                begun.SetResult();
                return release.Wait(Patience);
            },
            committed: null, CancellationToken.None);
        await begun.Task.WaitAsync(Patience);
        return (writer.Commits, release);
    }
}
