using System.Diagnostics.CodeAnalysis;
using WebhookKit.PostgreSql.Subscriptions;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Two nodes on one database: what one changed counts for the very next match of the other.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The test framework ends it by IAsyncLifetime.")]
public sealed class SubscriptionsOfNodesTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PostgreSqlSchema _schema = new();
    private PostgreSqlNode _one = null!;
    private PostgreSqlNode _other = null!;

    public Task InitializeAsync()
    {
        (_one, _other) = (_schema.AddNode(), _schema.AddNode());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _schema.DisposeAsync();

    [Fact]
    public async Task What_one_node_changes_the_other_matches_at_once()
    {
        (await MatchAsync(_other)).Should().BeEmpty();
        for (var round = 0; round < 20; round++)
        {
            var added = await _one.Subscriptions.AddAsync(Make(), None);
            (await MatchAsync(_other)).Should().Equal(added.Id);
            var updated = await _other.Subscriptions.UpdateAsync(added with { Status = SubscriptionStatus.Inactive }, None);
            (await MatchAsync(_one)).Should().BeEmpty();
            await _one.Subscriptions.UpdateAsync(updated with { Status = SubscriptionStatus.Active }, None);
            (await MatchAsync(_other)).Should().Equal(added.Id);
            (await _other.Subscriptions.RemoveAsync(added.Id, None)).Should().BeTrue();
            (await MatchAsync(_one)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Of_two_changes_of_one_version_one_is_refused()
    {
        var added = await _one.Subscriptions.AddAsync(Make(), None);

        var changes = await Task.WhenAll(new[] { _one, _other }.Select(async node =>
        {
            try
            {
                return (await node.Subscriptions.UpdateAsync(added with { Description = "changed" }, None)).Version;
            }
            catch (SubscriptionConflictException)
            {
                return 0;
            }
        }));

        changes.Should().BeEquivalentTo([2L, 0L]);
    }

    [Fact]
    public async Task Whoever_changes_sees_the_change_while_others_change_and_match()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var (mine, theirs) = i % 2 == 0 ? (_one, _other) : (_other, _one);
            for (var round = 0; round < 10; round++)
            {
                var added = await mine.Subscriptions.AddAsync(Make(), None);
                (await MatchAsync(theirs)).Should().Contain(added.Id);
                await mine.Subscriptions.RemoveAsync(added.Id, None);
                (await MatchAsync(theirs)).Should().NotContain(added.Id);
            }
        })));

        (await MatchAsync(_one)).Should().BeEmpty();
        (await MatchAsync(_other)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_node_that_was_away_for_longer_than_tombstones_are_kept_reads_everything_anew()
    {
        var (gone, kept) = (await _one.Subscriptions.AddAsync(Make(), None), await _one.Subscriptions.AddAsync(Make(), None));
        (await MatchAsync(_other)).Should().BeEquivalentTo([gone.Id, kept.Id]);
        await _one.Subscriptions.RemoveAsync(gone.Id, None);
        _schema.Clock.Advance(TimeSpan.FromDays(8));

        await TrimAsync(_one);

        (await _schema.ReadAsync<long>("SELECT count(*) FROM subscription")).Should().Be(1, "the tombstone is gone");
        (await MatchAsync(_other)).Should().Equal(kept.Id);
        (await _other.Subscriptions.FindAsync(gone.Id, None)).Should().BeNull();
        (await MatchAsync(_one)).Should().Equal(kept.Id);
        (await MatchAsync(_schema.AddNode())).Should().Equal(kept.Id);
    }

    [Fact]
    public async Task A_tombstone_stays_until_it_is_old()
    {
        var added = await _one.Subscriptions.AddAsync(Make(), None);
        await _one.Subscriptions.RemoveAsync(added.Id, None);
        _schema.Clock.Advance(TimeSpan.FromDays(6));

        await TrimAsync(_one);

        (await _schema.ReadAsync<long>("SELECT count(*) FROM subscription")).Should().Be(1);
        (await _schema.ReadAsync<string>("SELECT settings FROM subscription")).Should().BeEmpty("nothing of it is kept");
    }

    [Fact]
    public async Task An_id_that_comes_again_after_its_tombstone_is_gone_is_matched_everywhere()
    {
        var first = await _one.Subscriptions.AddAsync(Make(), None);
        await MatchAsync(_other);
        await _one.Subscriptions.RemoveAsync(first.Id, None);
        _schema.Clock.Advance(TimeSpan.FromDays(8));
        await TrimAsync(_one);

        await _one.Subscriptions.AddAsync(first with { Url = "https://receiver.example/again" }, None);

        (await MatchAsync(_other)).Should().Equal(first.Id);
        (await _other.Subscriptions.FindAsync(first.Id, None))!.Url.Should().Be("https://receiver.example/again");
    }

    [Fact]
    public async Task A_database_that_was_restored_is_read_anew()
    {
        var kept = await _one.Subscriptions.AddAsync(Make(), None);
        await _schema.RunAsync("CREATE TABLE old AS SELECT * FROM subscription_change");
        var lost = await _one.Subscriptions.AddAsync(Make(), None);
        (await MatchAsync(_other)).Should().BeEquivalentTo([kept.Id, lost.Id]);

        await _schema.RunAsync($"DELETE FROM subscription WHERE id = '{lost.Id.Value}'; UPDATE subscription_change c SET number = old.number FROM old");

        (await MatchAsync(_other)).Should().Equal(kept.Id);
    }

    [Fact]
    public async Task Who_comes_while_a_check_runs_shares_the_next_one()
    {
        var check = new SharedCheck<int>();
        var (runs, gates) = (0, Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>()).ToArray());
        Task<int> Next() => gates[Interlocked.Increment(ref runs) - 1].Task;

        var first = check.RunAsync(Next);
        var later = Enumerable.Range(0, 5).Select(_ => check.RunAsync(Next)).ToArray();

        later.Should().OnlyContain(task => task == later[0]).And.NotContain(first);
        gates[0].SetException(new TimeoutException());
        await first.Invoking(task => task).Should().ThrowAsync<TimeoutException>("it is for its own callers to hear");
        gates[1].SetResult(0);
        await Task.WhenAll(later);
        gates[2].SetResult(0);
        await check.RunAsync(Next);
        runs.Should().Be(3);
    }

    private static Subscription Make() => new()
    {
        Id = new SubscriptionId(Guid.CreateVersion7()),
        Tenant = "acme",
        Url = "https://receiver.example/hooks",
        Events = [EventPattern.Parse("order.placed")],
    };

    private static async Task<IReadOnlyList<SubscriptionId>> MatchAsync(PostgreSqlNode node) =>
        (await node.Subscriptions.MatchAsync([new EventToMatch { Tenant = "acme", EventType = "order.placed" }], None))[0];

    private static async Task TrimAsync(PostgreSqlNode node) => await node.Store.TrimAsync(
        new TrimRequest { Data = TimeSpan.FromDays(30), Log = TimeSpan.FromDays(90), Limit = 500 }, None);
}
