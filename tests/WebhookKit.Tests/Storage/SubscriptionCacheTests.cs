using Microsoft.Extensions.Logging;
using WebhookKit.Storage;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Storage;

public sealed class SubscriptionCacheTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly PrefixProtector _protector = new();
    private readonly LogLines _lines = new();
    private readonly SettingsFormat _format;
    private readonly SubscriptionCache _cache;

    public SubscriptionCacheTests()
    {
        _format = new SettingsFormat(Samples.Parts, _protector, _lines.CreateLogger("test"));
        _cache = new SubscriptionCache(_format);
    }

    public void Dispose() => _lines.Dispose();

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

    [Theory]
    [InlineData("{", false)]
    [InlineData("[]", false)]
    [InlineData("""{"v":1,"tenant":"acme"}""", false)]
    [InlineData("""{"v":1,"id":"sub_00112233445566778899aabbccddeeff","tenant":"acme","status":"Active"}""", false)]
    [InlineData("""{"v":2,"id":"ID","tenant":"acme","status":"Active"}""", true)]
    [InlineData("""{"v":1,"id":"ID","tenant":"acme","status":"Active","url":7}""", true)]
    public async Task A_row_that_cannot_be_read_matches_nothing_and_keeps_no_others(string json, bool hasTenant)
    {
        var (other, row) = (await PutAsync(Make(), 1), await PutAsync(Make() with { Tenant = "acme" }, 2));
        var faulty = row with { Version = 2, Form = row.Form with { Json = json.Replace("ID", $"{row.Id}", StringComparison.Ordinal) } };

        _cache.Put(faulty);
        _cache.Put(faulty);

        (Match(other), Match(row, "acme"), Match(row)).Should().Be((true, false, false));
        var thrown = await FluentActions.Awaiting(() => _cache.FindAsync(row.Id, None).AsTask()).Should().ThrowAsync<WebhookStoreException>();
        thrown.Which.Fault.Should().Be(StoreFault.Unreadable);
        thrown.Which.Message.Should().Contain($"{row.Id}");
        var all = (await _cache.ListAsync(new SubscriptionQuery { AllTenants = true }, None)).Items;
        all.Select(s => (s.Id, s.Version, s.Fault?.Fault)).Should().Equal((other.Id, 1, null), (row.Id, 2, StoreFault.Unreadable));
        (all[1].Secrets.Count, all[1].Events.Count, all[1].Tenant).Should().Be((0, 0, hasTenant ? "acme" : null));
        all[1].Status.Should().Be(hasTenant ? SubscriptionStatus.Active : SubscriptionStatus.Disabled);
        (await ListAsync("acme")).Should().Equal(hasTenant ? [row.Id] : []);
        (await ListAsync(null)).Should().Equal([other.Id], "what belongs to nobody in particular must not be erased with the host's own tenant");
        var line = _lines.Lines.Should().ContainSingle().Subject;
        (line.Level, line.Id.Id).Should().Be((LogLevel.Error, 1600));
        line.Text.Should().Contain($"{row.Id} (version 2)");

        _cache.Put(row with { Version = 3 });
        Match(row, "acme").Should().BeTrue();
        (await _cache.FindAsync(row.Id, None))!.Secrets.Should().Equal(Samples.Secrets);
    }

    [Fact]
    public async Task One_whose_secrets_cannot_be_read_is_listed_without_them()
    {
        var (row, other) = (await PutAsync(Make(), 1), await PutAsync(Make(), 2));
        _cache.Put(row with { Version = 2, Form = row.Form with { Secrets = [9] } });

        for (var i = 0; i < 2; i++)
        {
            var items = (await _cache.ListAsync(new SubscriptionQuery(), None)).Items;
            items.Select(s => (s.Id, s.Version, s.Fault?.Fault, s.Secrets.Count))
                .Should().Equal((row.Id, 2, StoreFault.Unreadable, 0), (other.Id, 1, null, Samples.Secrets.Count));
            items[0].Url.Should().Be("https://example.com");
        }

        Match(row).Should().BeTrue("its events wait until it can be read");
        _lines.Lines.Should().ContainSingle().Which.Text.Should().Contain($"{row.Id} (version 2)");
        await FluentActions.Awaiting(() => _cache.FindAsync(row.Id, None).AsTask()).Should().ThrowAsync<WebhookStoreException>();
    }

    [Fact]
    public async Task A_protector_that_is_away_ends_a_listing()
    {
        await PutAsync(Make());
        _protector.Fails = new TimeoutException();

        (await FluentActions.Awaiting(() => _cache.ListAsync(new SubscriptionQuery(), None).AsTask()).Should().ThrowAsync<WebhookStoreException>())
            .Which.IsTransient.Should().BeTrue();
        _lines.Lines.Should().BeEmpty();
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

    private async Task<IEnumerable<SubscriptionId>> ListAsync(string? tenant) =>
        (await _cache.ListAsync(new SubscriptionQuery { Tenant = tenant }, None)).Items.Select(s => s.Id);

    private bool Match(SubscriptionRow row, string? tenant = null) =>
        _cache.Match([new EventToMatch { EventType = "a.b", Tenant = tenant }])[0].Contains(row.Id);
}
