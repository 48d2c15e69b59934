using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using WebhookKit.Sqlite;
using WebhookKit.Sqlite.Queue;
using WebhookKit.Sqlite.Writing;
using WebhookKit.Storage;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Sqlite;

/// <summary>The writer lives through whatever its transactions come to, and what is in memory follows the file.</summary>
public sealed class WriterTests : SqliteTests
{
    [Fact]
    public async Task Who_waits_for_a_lane_waits_on_when_there_is_no_room_for_the_lease()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request(delay: TimeSpan.FromMinutes(1)));
        var limit = await LimitPagesAsync(node, 1);
        var waiting = LeaseLargeAsync(node);
        await WriteAsync(node, _ => true);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await WriteAsync(node, _ => true).WaitAsync(Patience);
        waiting.IsCompleted.Should().BeFalse("its worker's name does not fit into the file");

        await LimitPagesAsync(node, limit);
        Clock.Advance(TimeSpan.FromSeconds(2));

        (await waiting.WaitAsync(Patience)).Lanes.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_while_there_is_no_room_ends_with_that_fault()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request(delay: TimeSpan.FromMinutes(1)));
        await LimitPagesAsync(node, 1);
        var waiting = LeaseLargeAsync(node);
        await WriteAsync(node, _ => true);

        Clock.Advance(TimeSpan.FromHours(2));
        await WriteAsync(node, _ => true).WaitAsync(Patience);

        (await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<WebhookStoreException>())
            .Which.Fault.Should().Be(StoreFault.Full);
    }

    [Fact]
    public async Task A_worker_that_goes_in_the_transaction_that_fails_takes_nobody_with_it()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request(delay: TimeSpan.FromMinutes(1)));
        using var gone = new CancellationTokenSource();
        var (release, _) = await BlockAsync(node);
        var failing = WriteAsync(node, session =>
        {
            gone.Cancel();
            // A commit that is refused: the check is put off until then.
            session.Database.Execute(
                "PRAGMA defer_foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                + "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED); INSERT INTO child VALUES (7)");
            return true;
        });
        var waiting = LeaseAsync(node, wait: TimeSpan.FromHours(1), token: gone.Token);
        release.Set();

        await FluentActions.Awaiting(() => failing.WaitAsync(Patience)).Should().ThrowAsync<WebhookStoreException>();
        await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        await EnqueueAsync(node, Request(lane: 2)).WaitAsync(Patience);
        (await WorkAsync(node)).Should().Be(1);
    }

    [Fact]
    public async Task What_a_commit_of_unknown_outcome_left_in_the_file_is_taken_up()
    {
        await using var node = Folder.Open();
        var subscription = new Subscription { Id = SubscriptionId.New(Clock), Url = "https://receiver.example/", Events = [EventPattern.All] };
        var removed = await node.Subscriptions.AddAsync(subscription with { Id = SubscriptionId.New(Clock) }, CancellationToken.None);
        var form = await node.File.Format.WriteAsync(subscription, CancellationToken.None);
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;

        var unknown = writer.RunAsync<bool>(
            (session, now) =>
            {
                SubscriptionTable.Add(session.Database, subscription.Id, form);
                SubscriptionTable.Remove(session.Database, removed.Id);
                new Admission(session.Contents, new Dictionary<DestinationId, SettingsForm>(), now).Admit([Request(targets: 2_500)]);
                session.Counters.Write(now);
                session.Database.Execute("COMMIT");
                throw new SqliteException("The disk did not answer.", raw.SQLITE_IOERR);
            },
            committed: null, CancellationToken.None);
        await FluentActions.Awaiting(() => unknown).Should().ThrowAsync<WebhookStoreException>();
        await WriteAsync(node, _ => true);

        (await node.Subscriptions.FindAsync(subscription.Id, CancellationToken.None)).Should().NotBeNull();
        (await node.Subscriptions.FindAsync(removed.Id, CancellationToken.None)).Should().BeNull();
        await ExpandAllAsync(node, writer);
        (await CountDeliveriesAsync(node)).Should().Be(2_500);
    }

    [Fact]
    public async Task Many_small_messages_are_expanded_together()
    {
        await using var node = Folder.Open();
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;
        var before = writer.Commits;

        await EnqueueAsync(node, [.. Enumerable.Range(0, 4_000).Select(_ => Request())]).WaitAsync(Patience);

        (writer.Commits - before).Should().BeInRange(4, 6, "the first thousand comes with the call, and each commit takes a thousand more");
        (await CountDeliveriesAsync(node)).Should().Be(4_000);
    }

    [Fact]
    public async Task Targets_in_a_form_that_is_not_known_are_told_and_keep_no_other_message_from_being_expanded()
    {
        await using (var node = Folder.Open())
        {
            await WriteAsync(node, session =>
            {
                new Admission(session.Contents, new Dictionary<DestinationId, SettingsForm>(), 1).Admit([Request(targets: 2_500)]);
                session.Database.Execute("UPDATE pending SET form = 2");
                return true;
            });
        }

        var log = new LogLines();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        await using var next = Folder.Open(logger: factory.CreateLogger("test"));
        await EnqueueAsync(next, Request(targets: 2_500)).WaitAsync(Patience);

        (await CountDeliveriesAsync(next)).Should().Be(3_500);
        log.Lines.Should().ContainSingle(line => line.Id.Id == 1405);
    }

    [Fact]
    public async Task A_renewal_comes_before_the_lease_that_would_take_its_lane()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request());
        var held = (await LeaseAsync(node)).Lanes.Single();
        var (release, _) = await BlockAsync(node);
        Clock.Advance(LeaseTime * 2);
        var lease = LeaseAsync(node);
        var renewal = new LaneRenewal { Lane = held.Lane, Token = held.Token, Lease = LeaseTime };
        var renewed = node.Store.RenewAsync([renewal], CancellationToken.None).AsTask();

        release.Set();

        (await renewed.WaitAsync(Patience)).Should().Equal(RenewOutcome.Renewed);
        (await lease.WaitAsync(Patience)).Lanes.Should().BeEmpty();
    }

    private static Task<LeaseResult> LeaseLargeAsync(SqliteNode node) => node.Store.LeaseAsync(
        new LeaseRequest
        {
            Worker = new string('w', 200_000), MaxLanes = 10, MaxDeliveriesPerLane = 10, Lease = LeaseTime, MaxWait = TimeSpan.FromHours(1),
        },
        CancellationToken.None).AsTask();

    private async Task ExpandAllAsync(SqliteNode node, Writer writer)
    {
        for (var i = 0; i < 20 && !writer.Expansions.IsEmpty; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await WriteAsync(node, _ => true);
        }
    }

    private static Task<long?> CountDeliveriesAsync(SqliteNode node) =>
        WriteAsync(node, session => session.Database.Statement("SELECT count(*) FROM delivery").Scalar());

    private static Task<long> LimitPagesAsync(SqliteNode node, long pages) => WriteAsync(node, session =>
    {
        var before = long.Parse(session.Database.Text("PRAGMA max_page_count")!, System.Globalization.CultureInfo.InvariantCulture);
        _ = session.Database.Text($"PRAGMA max_page_count = {pages}");
        return before;
    });

    /// <summary>Keeps the writer busy until the event is set, so that the calls after it are one group.</summary>
    private static async Task<(ManualResetEventSlim Release, Task Blocked)> BlockAsync(SqliteNode node)
    {
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;
        var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocked = writer.RunAsync(
            (_, _) =>
            {
                begun.SetResult();
                return release.Wait(Patience);
            },
            committed: null, CancellationToken.None);
        await begun.Task.WaitAsync(Patience);
        return (release, blocked);
    }
}
