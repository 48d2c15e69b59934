using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

public sealed class SubscriptionCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly PrefixProtector _protector = new();
    private readonly SettingsFormat _format;
    private readonly SubscriptionCache _cache;

    public SubscriptionCacheTests()
    {
        _format = new SettingsFormat(Samples.Parts, _protector);
        _cache = new SubscriptionCache(_format);
    }

    [Fact]
    public async Task Secrets_are_read_once_for_each_version_and_only_when_asked_for()
    {
        var row = await PutAsync(Make());
        Match(row).Should().BeTrue();
        _protector.Unprotected.Should().Be(0);

        var found = await _cache.FindAsync(row.Id, None);
        (await _cache.FindAsync(row.Id, None)).Should().BeSameAs(found);
        (await _cache.ListAsync(new SubscriptionQuery(), None)).Items.Should().Equal(found!);
        (found!.Version, found.Secrets).Should().Be((1, Samples.Secrets));
        _protector.Unprotected.Should().Be(1);

        _cache.Put(row with { Version = 2 });
        (await _cache.FindAsync(row.Id, None))!.Version.Should().Be(2);
        _protector.Unprotected.Should().Be(2);
    }

    [Fact]
    public async Task Many_who_ask_at_once_wait_for_one_reading_which_none_of_them_ends()
    {
        var row = await PutAsync(Make());
        var gate = new TaskCompletionSource();
        _protector.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();

        var first = _cache.FindAsync(row.Id, impatient.Token).AsTask();
        var others = Enumerable.Range(0, 5).Select(_ => _cache.FindAsync(row.Id, None).AsTask()).ToArray();
        await impatient.CancelAsync();
        await first.Invoking(f => f).Should().ThrowAsync<OperationCanceledException>();
        gate.SetResult();

        (await Task.WhenAll(others)).Should().OnlyContain(s => s!.Id == row.Id);
        _protector.Unprotected.Should().Be(1);
    }

    [Fact]
    public async Task A_reading_that_failed_is_tried_again()
    {
        var row = await PutAsync(Make());
        _protector.Fails = new TimeoutException();
        for (var i = 0; i < 2; i++)
        {
            var failed = await FluentActions.Awaiting(() => _cache.FindAsync(row.Id, None).AsTask()).Should().ThrowAsync<WebhookStoreException>();
            failed.Which.InnerException.Should().BeSameAs(_protector.Fails);
        }

        _protector.Fails = null;

        (await _cache.FindAsync(row.Id, None))!.Secrets.Should().Equal(Samples.Secrets);
    }

    [Fact]
    public async Task What_is_not_newer_is_ignored()
    {
        var row = await PutAsync(Make());
        var paused = await _format.WriteAsync(Make() with { Id = row.Id, Status = SubscriptionStatus.Disabled }, None);

        _cache.Put(row with { Version = 3 });
        _cache.Put(row with { Version = 2, Form = paused });
        _cache.Put(row with { Version = 3, Form = paused });
        _cache.Put(row with { Version = 9, Number = row.Number - 1, Form = paused });
        Match(row).Should().BeTrue();

        _cache.Put(row with { Version = 1, Number = row.Number + 1, Form = paused });
        Match(row).Should().BeFalse("it was removed and added again");
    }

    [Fact]
    public async Task They_are_listed_by_their_numbers_in_whatever_order_they_came()
    {
        var rows = new List<SubscriptionRow>();
        foreach (var number in new[] { 5, 1, 4, 2, 3 })
            rows.Add(await PutAsync(Make(), number));

        var first = await _cache.ListAsync(new SubscriptionQuery { Limit = 2 }, None);
        var rest = await _cache.ListAsync(new SubscriptionQuery { Limit = 5, Continuation = first.Next }, None);

        first.Items.Concat(rest.Items).Select(s => s.Id).Should().Equal(rows.OrderBy(r => r.Number).Select(r => r.Id));
        rest.Next.Should().BeNull();
    }

    [Fact]
    public async Task What_is_removed_or_forgotten_is_not_found()
    {
        var (one, other) = (await PutAsync(Make(), 1), await PutAsync(Make(), 2));

        _cache.Remove(one.Id);
        (await _cache.FindAsync(one.Id, None)).Should().BeNull();
        (Match(one), Match(other)).Should().Be((false, true));

        _cache.Clear();
        (await _cache.FindAsync(other.Id, None)).Should().BeNull();
        Match(other).Should().BeFalse();
        (await _cache.ListAsync(new SubscriptionQuery(), None)).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_named_when_it_comes()
    {
        var row = await PutAsync(Make());

        FluentActions.Invoking(() => _cache.Put(row with { Version = 2, Form = row.Form with { Json = "{}" } })).Should().Throw<WebhookStoreException>()
            .Which.Fault.Should().Be(StoreFault.Unreadable);
        Match(row).Should().BeTrue();
    }

    private static Subscription Make() => new()
    {
        Id = SubscriptionId.New(TimeProvider.System), Url = "https://example.com", Events = [EventPattern.Parse("a.b")], Secrets = Samples.Secrets,
    };

    private async Task<SubscriptionRow> PutAsync(Subscription subscription, long number = 10)
    {
        var row = new SubscriptionRow(subscription.Id, Version: 1, number, await _format.WriteAsync(subscription, None));
        _cache.Put(row);
        return row;
    }

    private bool Match(SubscriptionRow row) => _cache.Match([new EventToMatch { EventType = "a.b" }])[0].Contains(row.Id);
}
