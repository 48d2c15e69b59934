namespace WebhookKit.Tests.Subscriptions;

/// <summary>What every store of subscriptions must do; a store's own tests inherit it.</summary>
public abstract class SubscriptionStoreSpecs : IAsyncLifetime
{
    private ISubscriptionStore _store = null!;

    public async Task InitializeAsync() => _store = await CreateAsync();

    public virtual Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_was_added_is_found_again_with_version_1()
    {
        var added = await AddAsync(Make() with { Name = "n", Metadata = new Dictionary<string, string> { ["k"] = "v" }, Version = 17 });

        added.Version.Should().Be(1);
        (await _store.FindAsync(added.Id, default)).Should().BeEquivalentTo(added);
        (await _store.FindAsync(NewId(), default)).Should().BeNull();
    }

    [Fact]
    public async Task An_id_is_taken_once()
    {
        var added = await AddAsync(Make());

        await ConflictAsync(() => _store.AddAsync(Make("car.*") with { Id = added.Id }, default).AsTask(), added.Id);
        (await MatchAsync("car.moved")).Should().BeEmpty("the refused one must leave no trace");
        (await MatchAsync("a.b")).Should().Equal(added.Id);
    }

    [Fact]
    public async Task An_update_needs_the_current_version_and_makes_the_next()
    {
        var first = await AddAsync(Make());

        var second = await _store.UpdateAsync(first with { Name = "second" }, default);
        second.Version.Should().Be(2);
        await ConflictAsync(() => _store.UpdateAsync(first with { Events = [EventPattern.All] }, default).AsTask(), first.Id);
        await ConflictAsync(() => _store.UpdateAsync(second with { Version = 3 }, default).AsTask(), first.Id);

        (await _store.FindAsync(first.Id, default))!.Name.Should().Be("second");
        (await MatchAsync("x")).Should().BeEmpty("the refused change must leave no trace");
    }

    [Fact]
    public async Task What_is_gone_cannot_be_updated_or_removed_again()
    {
        var added = await AddAsync(Make());

        (await _store.RemoveAsync(added.Id, default)).Should().BeTrue();
        (await _store.RemoveAsync(added.Id, default)).Should().BeFalse();
        await ConflictAsync(() => _store.UpdateAsync(added, default).AsTask(), added.Id);
        (await _store.FindAsync(added.Id, default)).Should().BeNull();
        (await MatchAsync("a.b")).Should().BeEmpty();
        (await ListAsync(new SubscriptionQuery())).Should().BeEmpty();
    }

    [Fact]
    public async Task Of_many_concurrent_updates_of_one_version_one_wins()
    {
        var added = await AddAsync(Make());

        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            try
            {
                await _store.UpdateAsync(added with { Name = $"{i}" }, default);
                return 1;
            }
            catch (SubscriptionConflictException)
            {
                return 0;
            }
        })));

        wins.Sum().Should().Be(1);
        (await _store.FindAsync(added.Id, default))!.Version.Should().Be(2);
    }

    [Fact]
    public async Task They_are_listed_in_the_order_in_which_they_were_added_whatever_their_ids()
    {
        var ids = new List<SubscriptionId>();
        for (var i = 0; i < 20; i++)
            ids.Add((await AddAsync(Make() with { Id = NewId() })).Id);
        ids.Should().NotBeInAscendingOrder(id => id.Value, "else the order of the ids would do");
        var third = (await _store.FindAsync(ids[2], default))!;
        await _store.UpdateAsync(third with { Name = "changed" }, default);

        (await ListAsync(new SubscriptionQuery { Limit = 1000 })).Select(s => s.Id).Should().Equal(ids);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Pages_together_are_the_listing_and_the_last_has_no_next(int limit)
    {
        var ids = new List<SubscriptionId>();
        for (var i = 0; i < 6; i++)
            ids.Add((await AddAsync(Make())).Id);

        var (seen, pages, next) = (new List<SubscriptionId>(), 0, (string?)null);
        do
        {
            var page = await _store.ListAsync(new SubscriptionQuery { Limit = limit, Continuation = next }, default);
            page.Items.Count.Should().BeInRange(1, limit);
            seen.AddRange(page.Items.Select(s => s.Id));
            (pages, next) = (pages + 1, page.Next);
        }
        while (next is not null);

        seen.Should().Equal(ids);
        pages.Should().Be((6 + limit - 1) / limit);
    }

    [Fact]
    public async Task What_is_removed_between_two_pages_moves_nothing_else()
    {
        var ids = new List<SubscriptionId>();
        for (var i = 0; i < 5; i++)
            ids.Add((await AddAsync(Make())).Id);

        var first = await _store.ListAsync(new SubscriptionQuery { Limit = 2 }, default);
        await _store.RemoveAsync(ids[1], default);
        await _store.RemoveAsync(ids[3], default);
        var rest = await _store.ListAsync(new SubscriptionQuery { Limit = 10, Continuation = first.Next }, default);

        rest.Items.Select(s => s.Id).Should().Equal(ids[2], ids[4]);
    }

    [Fact]
    public async Task A_listing_is_of_one_tenant_unless_all_are_asked_for()
    {
        var own = await AddAsync(Make());
        var acme = await AddAsync(Make(tenant: "acme"));
        var upper = await AddAsync(Make(tenant: "ACME"));
        var paused = await AddAsync(Make(tenant: "acme") with { Status = SubscriptionStatus.Paused });

        (await IdsAsync(new SubscriptionQuery())).Should().Equal(own.Id);
        (await IdsAsync(new SubscriptionQuery { Tenant = "acme" })).Should().Equal(acme.Id, paused.Id);
        (await IdsAsync(new SubscriptionQuery { AllTenants = true, Tenant = "x" })).Should().Equal(own.Id, acme.Id, upper.Id, paused.Id);
        (await IdsAsync(new SubscriptionQuery { AllTenants = true, Status = SubscriptionStatus.Paused })).Should().Equal(paused.Id);

        async Task<IEnumerable<SubscriptionId>> IdsAsync(SubscriptionQuery query) => (await ListAsync(query)).Select(s => s.Id);
    }

    [Theory]
    [InlineData(0, null, "Limit")]
    [InlineData(-1, null, "Limit")]
    [InlineData(1001, null, "Limit")]
    [InlineData(10, "", "Continuation")]
    [InlineData(10, "no such page", "Continuation")]
    [InlineData(10, "-1", "Continuation")]
    public async Task A_malformed_query_is_refused_with_a_typed_error(int limit, string? continuation, string field) =>
        (await FluentActions.Invoking(() => _store.ListAsync(new SubscriptionQuery { Limit = limit, Continuation = continuation }, default).AsTask())
            .Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle().Which.Field.Should().Be(field);

    [Fact]
    public async Task A_match_is_exact_about_tenants_and_null_is_no_wildcard()
    {
        var own = await AddAsync(Make("*"));
        var acme = await AddAsync(Make("*", "acme"));

        (await MatchAsync("a.b")).Should().Equal(own.Id);
        (await MatchAsync("a.b", "acme")).Should().Equal(acme.Id);
        (await MatchAsync("a.b", "ACME")).Should().BeEmpty();
        (await MatchAsync("a.b", "")).Should().BeEmpty();
    }

    [Fact]
    public async Task Active_and_paused_ones_match_inactive_and_disabled_ones_do_not()
    {
        var byStatus = new Dictionary<SubscriptionStatus, Subscription>();
        foreach (var status in Enum.GetValues<SubscriptionStatus>())
            byStatus[status] = await AddAsync(Make() with { Status = status });

        (await MatchAsync("a.b")).Should().BeEquivalentTo([byStatus[SubscriptionStatus.Active].Id, byStatus[SubscriptionStatus.Paused].Id]);
    }

    [Fact]
    public async Task One_that_matches_by_several_patterns_matches_once()
    {
        var added = await AddAsync(Make() with
        {
            Events = [EventPattern.All, EventPattern.Parse("a.*"), EventPattern.Parse("a.b"), EventPattern.Parse("a.b"), EventPattern.Group("G")],
        });

        (await MatchAsync("a.b", group: "G")).Should().Equal(added.Id);
    }

    [Fact]
    public async Task Every_change_takes_effect_for_the_very_next_match()
    {
        var s = await AddAsync(Make("a.b"));
        (await MatchAsync("a.b")).Should().Equal(s.Id);

        s = await _store.UpdateAsync(s with { Events = [EventPattern.Parse("a.*"), EventPattern.Parse("c")] }, default);
        (await MatchAsync("a.z")).Should().Equal(s.Id);
        (await MatchAsync("c")).Should().Equal(s.Id);

        s = await _store.UpdateAsync(s with { Status = SubscriptionStatus.Disabled }, default);
        (await MatchAsync("a.b")).Should().BeEmpty();

        s = await _store.UpdateAsync(s with { Status = SubscriptionStatus.Active, Events = [EventPattern.Parse("c")] }, default);
        (await MatchAsync("a.b")).Should().BeEmpty();
        (await MatchAsync("c")).Should().Equal(s.Id);
    }

    [Fact]
    public async Task A_filter_narrows_what_the_patterns_match()
    {
        var all = await AddAsync(Make());
        var europe = await AddAsync(Make() with { Filter = [AttributeCondition.Is("region", "eu", "uk")] });
        var rest = await AddAsync(Make() with { Filter = [AttributeCondition.IsNot("region", "eu", "uk")] });
        var urgent = await AddAsync(Make() with { Filter = [AttributeCondition.StartsWith("kind", "urgent"), AttributeCondition.Exists("region")] });
        var elsewhere = await AddAsync(Make("c") with { Filter = [AttributeCondition.Is("region", "eu")] });

        (await MatchWithAsync([])).Should().BeEquivalentTo([all.Id, rest.Id]);
        (await MatchWithAsync(new() { ["region"] = "eu" })).Should().BeEquivalentTo([all.Id, europe.Id]);
        (await MatchWithAsync(new() { ["region"] = "EU" })).Should().BeEquivalentTo([all.Id, rest.Id], "values are compared exactly");
        (await MatchWithAsync(new() { ["Region"] = "eu" })).Should().BeEquivalentTo([all.Id, rest.Id], "so are names");
        (await MatchWithAsync(new() { ["kind"] = "urgently", ["region"] = "us" })).Should().BeEquivalentTo([all.Id, rest.Id, urgent.Id]);
        (await MatchWithAsync(new() { ["region"] = "eu" }, "c")).Should().Equal(elsewhere.Id);
    }

    [Fact]
    public async Task A_changed_filter_takes_effect_for_the_very_next_match()
    {
        var s = await AddAsync(Make() with { Filter = [AttributeCondition.Missing("x")] });
        (await MatchAsync("a.b")).Should().Equal(s.Id);

        s = await _store.UpdateAsync(s with { Filter = [AttributeCondition.Exists("x")] }, default);
        (await MatchAsync("a.b")).Should().BeEmpty();

        await _store.UpdateAsync(s with { Filter = [] }, default);
        (await MatchAsync("a.b")).Should().Equal(s.Id);
        (await _store.FindAsync(s.Id, default))!.Filter.Should().BeEmpty();
    }

    [Fact]
    public async Task Many_events_are_matched_in_their_order()
    {
        var a = await AddAsync(Make("a"));
        var b = await AddAsync(Make("b"));

        var matches = await _store.MatchAsync([.. "bxab".Select(type => new EventToMatch { EventType = type.ToString() })], default);

        matches.Should().HaveCount(4);
        matches.Select(m => m.Count == 0 ? default : m[0]).Should().Equal(b.Id, default, a.Id, b.Id);
    }

    [Fact]
    public async Task What_a_match_answered_does_not_change_later()
    {
        var first = await AddAsync(Make());
        var before = await MatchAsync("a.b");

        await AddAsync(Make());
        await _store.RemoveAsync(first.Id, default);

        before.Should().Equal(first.Id);
    }

    [Fact]
    public async Task A_cancelled_call_changes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var added = await AddAsync(Make());

        await CancelledAsync(() => _store.AddAsync(Make(), cancelled).AsTask());
        await CancelledAsync(() => _store.UpdateAsync(added with { Name = "x" }, cancelled).AsTask());
        await CancelledAsync(() => _store.RemoveAsync(added.Id, cancelled).AsTask());

        (await ListAsync(new SubscriptionQuery())).Should().ContainSingle().Which.Version.Should().Be(1);

        static Task CancelledAsync(Func<Task> call) => call.Should().ThrowAsync<OperationCanceledException>();
    }

    /// <summary>A store without subscriptions.</summary>
    protected abstract Task<ISubscriptionStore> CreateAsync();

    private static SubscriptionId NewId() => new(Guid.NewGuid());

    private static Subscription Make(string pattern = "a.b", string? tenant = null) =>
        new()
        {
            Id = NewId(),
            Tenant = tenant,
            Url = "https://example.com/",
            Events = [EventPattern.Parse(pattern)],
            Secrets = WebhookSecrets.Of(WebhookSecret.Generate()),
        };

    private static async Task ConflictAsync(Func<Task> call, SubscriptionId id) =>
        (await call.Should().ThrowAsync<SubscriptionConflictException>()).Which.Id.Should().Be(id);

    private async Task<Subscription> AddAsync(Subscription subscription) => await _store.AddAsync(subscription, default);

    private async Task<IReadOnlyList<Subscription>> ListAsync(SubscriptionQuery query) => (await _store.ListAsync(query, default)).Items;

    private async Task<IReadOnlyList<SubscriptionId>> MatchWithAsync(Dictionary<string, string> attributes, string eventType = "a.b") =>
        (await _store.MatchAsync([new EventToMatch { EventType = eventType, Attributes = attributes }], default))[0];

    private async Task<IReadOnlyList<SubscriptionId>> MatchAsync(string eventType, string? tenant = null, string? group = null) =>
        (await _store.MatchAsync([new EventToMatch { Tenant = tenant, EventType = eventType, Group = group }], default))[0];
}
