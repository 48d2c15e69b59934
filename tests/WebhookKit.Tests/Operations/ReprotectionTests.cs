using WebhookKit.InMemory;
using WebhookKit.Operations;

namespace WebhookKit.Tests.Operations;

public sealed class ReprotectionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_subscription_of_every_tenant_is_stored_again_as_it_is()
    {
        var store = new MeddledStore();
        for (var i = 0; i < 501; i++)
            await store.AddAsync(Make(i % 2 == 0 ? null : "acme"), None);
        var heard = new List<OperationProgress>();

        var done = await new Reprotection(store).RunAsync(new Heard(heard), None);

        done.Should().Be(new OperationProgress { Examined = 501, Done = 501 });
        heard.Select(p => p.Examined).Should().Equal(500, 501);
        var all = await store.ListAsync(new SubscriptionQuery { AllTenants = true, Limit = 1000 }, None);
        all.Items.Should().HaveCount(501).And.OnlyContain(s => s.Version == 2 && s.Name == "n");
    }

    [Fact]
    public async Task What_others_change_meanwhile_is_kept_and_what_they_remove_stays_away()
    {
        var (changed, removed) = (Make(), Make());
        var store = new MeddledStore();
        await store.AddAsync(changed, None);
        await store.AddAsync(removed, None);
        store.BeforeUpdate = async s =>
        {
            store.BeforeUpdate = null;
            await store.UpdateAsync(s with { Name = "changed" }, None);
            await store.RemoveAsync(removed.Id, None);
        };

        var done = await new Reprotection(store).RunAsync(progress: null, None);

        done.Should().Be(new OperationProgress { Examined = 2, Done = 1, LeftOut = 1 });
        var now = await store.FindAsync(changed.Id, None);
        (now!.Name, now.Version).Should().Be(("changed", 3));
        (await store.FindAsync(removed.Id, None)).Should().BeNull();
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_left_as_it_is_and_the_others_are_stored()
    {
        var (fault, unreadable) = (new WebhookStoreException(StoreFault.Unreadable, "No key."), Make());
        var store = new MeddledStore();
        await store.AddAsync(unreadable with { Fault = fault }, None);
        var second = await store.AddAsync(Make(), None);
        await store.AddAsync(Make(), None);
        store.BeforeUpdate = s =>
        {
            store.BeforeUpdate = null;
            store.BeforeFind = _ => throw fault;
            throw new SubscriptionConflictException(s.Id);
        };

        var done = await new Reprotection(store).RunAsync(progress: null, None);

        done.Should().Be(new OperationProgress { Examined = 3, Done = 1, LeftOut = 2 });
        (await store.ListAsync(new SubscriptionQuery(), None)).Items.Where(s => s.Version == 1).Select(s => s.Id).Should().Equal(unreadable.Id, second.Id);
    }

    [Fact]
    public async Task A_store_that_never_agrees_is_not_asked_for_ever()
    {
        var store = new MeddledStore();
        await store.AddAsync(Make(), None);
        store.BeforeUpdate = s => throw new SubscriptionConflictException(s.Id);

        await FluentActions.Awaiting(() => new Reprotection(store).RunAsync(progress: null, None)).Should().ThrowAsync<SubscriptionConflictException>();
    }

    [Fact]
    public async Task It_ends_between_two_subscriptions_when_it_is_told_to()
    {
        var store = new MeddledStore();
        await store.AddAsync(Make(), None);
        await store.AddAsync(Make(), None);
        using var stop = new CancellationTokenSource();
        store.BeforeUpdate = async _ => await stop.CancelAsync();

        await FluentActions.Awaiting(() => new Reprotection(store).RunAsync(progress: null, stop.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await store.ListAsync(new SubscriptionQuery(), None)).Items.Select(s => s.Version).Should().Equal(2, 1);
    }

    private static Subscription Make(string? tenant = null) => new()
    {
        Id = SubscriptionId.New(TimeProvider.System), Tenant = tenant, Name = "n", Url = "https://example.com", Events = [EventPattern.All],
    };

    private sealed class Heard(List<OperationProgress> heard) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => heard.Add(value);
    }

    private sealed class MeddledStore : ISubscriptionStore
    {
        private readonly InMemorySubscriptionStore _store = new();

        public Func<Subscription, Task>? BeforeUpdate { get; set; }

        public Action<SubscriptionId>? BeforeFind { get; set; }

        public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
        {
            BeforeFind?.Invoke(id);
            return _store.FindAsync(id, cancellationToken);
        }

        public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken) =>
            _store.AddAsync(subscription, cancellationToken);

        public async ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
        {
            if (BeforeUpdate is { } before)
                await before(subscription);
            return await _store.UpdateAsync(subscription, cancellationToken);
        }

        public ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken) => _store.RemoveAsync(id, cancellationToken);

        public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken) =>
            _store.ListAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken) =>
            _store.MatchAsync(events, cancellationToken);
    }
}
