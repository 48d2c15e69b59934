using System.Security.Cryptography;

namespace WebhookKit.Testing.Stores;

internal sealed class SubscriptionSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task What_was_added_is_found_again_with_version_1()
    {
        var added = await AddAsync(Make() with { Name = "n", Metadata = new Dictionary<string, string> { ["k"] = "v" }, Version = 17 });

        Expect.Equal(1, added.Version);
        Expect.Equivalent(added, await FindAsync(added.Id));
        Expect.Null(await FindAsync(NewId()));
    }

    [Spec]
    public async Task What_was_added_is_found_again_as_it_was()
    {
        var created = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var secrets = WebhookSecrets.Of(WebhookSecret.Generate()).Rotate(WebhookSecret.Generate(), created, TimeSpan.FromHours(24));
        var full = Make(tenant: "Ångström 📬") with
        {
            Name = "n",
            Description = "two\nlines",
            Events = [EventPattern.Parse("a.b"), EventPattern.Parse("c.*"), EventPattern.Group("G"), EventPattern.All],
            Status = SubscriptionStatus.Disabled,
            StatusReason = "410 Gone",
            Secrets = secrets,
            Headers = new Dictionary<string, string> { ["x-one"] = "1", ["x-two"] = "2" },
            Timeout = TimeSpan.FromSeconds(7.5),
            MaxConcurrency = 3,
            DisableOnGone = false,
            RespectRetryAfter = true,
            Metadata = new Dictionary<string, string> { ["k"] = "v", ["K"] = "" },
            CreatedAt = created,
            UpdatedAt = created.AddMinutes(1),
        };

        await AddAsync(full);

        Expect.Equivalent(full with { Version = 1 }, await FindAsync(full.Id));
    }

    [Spec]
    public async Task An_id_is_taken_once()
    {
        var added = await AddAsync(Make());

        await ConflictAsync(() => AddAsync(Make("car.*") with { Id = added.Id }), added.Id);
        Expect.Empty(await MatchAsync("car.moved"), "the refused one must leave no trace");
        Expect.Sequence([added.Id], await MatchAsync("a.b"));
    }

    [Spec]
    public async Task An_update_needs_the_current_version_and_makes_the_next()
    {
        var first = await AddAsync(Make());

        var second = await UpdateAsync(first with { Name = "second" });
        Expect.Equal(2, second.Version);
        await ConflictAsync(() => UpdateAsync(first with { Events = [EventPattern.All] }), first.Id);
        await ConflictAsync(() => UpdateAsync(second with { Version = 3 }), first.Id);

        Expect.Equal("second", Expect.NotNull(await FindAsync(first.Id)).Name);
        Expect.Empty(await MatchAsync("x"), "the refused change must leave no trace");
    }

    [Spec]
    public async Task What_is_gone_cannot_be_updated_or_removed_again()
    {
        var added = await AddAsync(Make());

        Expect.True(await Subscriptions.RemoveAsync(added.Id, CancellationToken.None));
        Expect.False(await Subscriptions.RemoveAsync(added.Id, CancellationToken.None));
        await ConflictAsync(() => UpdateAsync(added), added.Id);
        Expect.Null(await FindAsync(added.Id));
        Expect.Empty(await MatchAsync("a.b"));
        Expect.Empty(await ListAsync(new SubscriptionQuery()));
    }

    [Spec]
    public async Task Of_many_concurrent_updates_of_one_version_one_wins()
    {
        var added = await AddAsync(Make());

        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            try
            {
                await UpdateAsync(added with { Name = $"{i}" });
                return 1;
            }
            catch (SubscriptionConflictException)
            {
                return 0;
            }
        })));

        Expect.Equal(1, wins.Sum());
        Expect.Equal(2, Expect.NotNull(await FindAsync(added.Id)).Version);
    }

    [Spec]
    public async Task They_are_listed_in_the_order_in_which_they_were_added_whatever_their_ids()
    {
        var ids = new List<SubscriptionId>();
        for (var i = 0; i < 20; i++)
            ids.Add((await AddAsync(Make())).Id);
        Expect.False(ids.SequenceEqual(ids.OrderBy(id => id.Value)), "else the order of the ids would do");
        var third = Expect.NotNull(await FindAsync(ids[2]));
        await UpdateAsync(third with { Name = "changed" });

        Expect.Sequence(ids, (await ListAsync(new SubscriptionQuery { Limit = 1000 })).Select(subscription => subscription.Id));
    }

    [Spec(1)]
    [Spec(3)]
    [Spec(6)]
    [Spec(7)]
    [Spec(1000)]
    public async Task Pages_together_are_the_listing_and_the_last_has_no_next(int limit)
    {
        var ids = new List<SubscriptionId>();
        for (var i = 0; i < 6; i++)
            ids.Add((await AddAsync(Make())).Id);

        var (seen, pages, next) = (new List<SubscriptionId>(), 0, (string?)null);
        do
        {
            var page = await Subscriptions.ListAsync(new SubscriptionQuery { Limit = limit, Continuation = next }, CancellationToken.None);
            Expect.NotEmpty(page.Items);
            Expect.True(page.Items.Count <= limit);
            seen.AddRange(page.Items.Select(subscription => subscription.Id));
            (pages, next) = (pages + 1, page.Next);
        }
        while (next is not null && pages <= ids.Count);

        Expect.Sequence(ids, seen);
        Expect.Equal((6 + limit - 1) / limit, pages);
    }

    [Spec]
    public async Task What_is_removed_between_two_pages_moves_nothing_else()
    {
        var ids = new List<SubscriptionId>();
        for (var i = 0; i < 5; i++)
            ids.Add((await AddAsync(Make())).Id);

        var first = await Subscriptions.ListAsync(new SubscriptionQuery { Limit = 2 }, CancellationToken.None);
        await Subscriptions.RemoveAsync(ids[1], CancellationToken.None);
        await Subscriptions.RemoveAsync(ids[3], CancellationToken.None);
        var rest = await ListAsync(new SubscriptionQuery { Limit = 10, Continuation = first.Next });

        Expect.Sequence([ids[2], ids[4]], rest.Select(subscription => subscription.Id));
    }

    [Spec]
    public async Task A_listing_is_of_one_tenant_unless_all_are_asked_for()
    {
        var own = await AddAsync(Make());
        var acme = await AddAsync(Make(tenant: "acme"));
        var upper = await AddAsync(Make(tenant: "ACME"));
        var paused = await AddAsync(Make(tenant: "acme") with { Status = SubscriptionStatus.Paused });

        Expect.Sequence([own.Id], await IdsAsync(new SubscriptionQuery()));
        Expect.Sequence([acme.Id, paused.Id], await IdsAsync(new SubscriptionQuery { Tenant = "acme" }));
        Expect.Sequence([own.Id, acme.Id, upper.Id, paused.Id], await IdsAsync(new SubscriptionQuery { AllTenants = true }));
        Expect.Sequence([paused.Id], await IdsAsync(new SubscriptionQuery { AllTenants = true, Status = SubscriptionStatus.Paused }));

        async Task<IEnumerable<SubscriptionId>> IdsAsync(SubscriptionQuery query) => (await ListAsync(query)).Select(subscription => subscription.Id);
    }

    [Spec]
    public async Task Everything_that_is_wrong_with_a_query_is_told_at_once()
    {
        var refusal = await Expect.ThrowsAsync<WebhookValidationException>(
            () => ListAsync(new SubscriptionQuery { AllTenants = true, Tenant = "acme", Limit = 0, Continuation = "no such page" }));

        Expect.SameItems(["Tenant", "Limit", "Continuation"], refusal.Errors.Select(error => error.Field));
    }

    [Spec(0, null, "Limit")]
    [Spec(-1, null, "Limit")]
    [Spec(1001, null, "Limit")]
    [Spec(10, "", "Continuation")]
    [Spec(10, "no such page", "Continuation")]
    [Spec(10, "-1", "Continuation")]
    public async Task A_malformed_query_is_refused_with_a_typed_error(int limit, string? continuation, string field)
    {
        var refusal = await Expect.ThrowsAsync<WebhookValidationException>(
            () => ListAsync(new SubscriptionQuery { Limit = limit, Continuation = continuation }));

        Expect.Equal(field, Expect.One(refusal.Errors).Field);
    }

    [Spec]
    public async Task A_match_is_exact_about_tenants_and_null_is_no_wildcard()
    {
        var own = await AddAsync(Make("*"));
        var acme = await AddAsync(Make("*", "acme"));

        Expect.Sequence([own.Id], await MatchAsync("a.b"));
        Expect.Sequence([acme.Id], await MatchAsync("a.b", "acme"));
        Expect.Empty(await MatchAsync("a.b", "ACME"));
        Expect.Empty(await MatchAsync("a.b", ""));
    }

    [Spec]
    public async Task Active_and_paused_ones_match_inactive_and_disabled_ones_do_not()
    {
        var byStatus = new Dictionary<SubscriptionStatus, SubscriptionId>();
        foreach (var status in Enum.GetValues<SubscriptionStatus>())
            byStatus[status] = (await AddAsync(Make() with { Status = status })).Id;

        Expect.SameItems([byStatus[SubscriptionStatus.Active], byStatus[SubscriptionStatus.Paused]], await MatchAsync("a.b"));
    }

    [Spec]
    public async Task One_that_matches_by_several_patterns_matches_once()
    {
        var added = await AddAsync(Make() with
        {
            Events = [EventPattern.All, EventPattern.Parse("a.*"), EventPattern.Parse("a.b"), EventPattern.Parse("a.b"), EventPattern.Group("G")],
        });

        Expect.Sequence([added.Id], await MatchAsync("a.b", group: "G"));
    }

    [Spec]
    public async Task Every_change_takes_effect_for_the_very_next_match()
    {
        var s = await AddAsync(Make("a.b"));
        Expect.Sequence([s.Id], await MatchAsync("a.b"));

        s = await UpdateAsync(s with { Events = [EventPattern.Parse("a.*"), EventPattern.Parse("c")] });
        Expect.Sequence([s.Id], await MatchAsync("a.z"));
        Expect.Sequence([s.Id], await MatchAsync("c"));

        s = await UpdateAsync(s with { Status = SubscriptionStatus.Disabled });
        Expect.Empty(await MatchAsync("a.b"));

        s = await UpdateAsync(s with { Status = SubscriptionStatus.Active, Events = [EventPattern.Parse("c")] });
        Expect.Empty(await MatchAsync("a.b"));
        Expect.Sequence([s.Id], await MatchAsync("c"));
    }

    [Spec]
    public async Task A_filter_narrows_what_the_patterns_match()
    {
        var all = (await AddAsync(Make())).Id;
        var europe = (await AddAsync(Make() with { Filter = [AttributeCondition.Is("region", "eu", "uk")] })).Id;
        var rest = (await AddAsync(Make() with { Filter = [AttributeCondition.IsNot("region", "eu", "uk")] })).Id;
        var urgent = (await AddAsync(Make() with { Filter = [AttributeCondition.StartsWith("kind", "urgent"), AttributeCondition.Exists("region")] })).Id;
        var other = (await AddAsync(Make("c") with { Filter = [AttributeCondition.Is("region", "eu")] })).Id;

        Expect.SameItems([all, rest], await MatchWithAsync([]));
        Expect.SameItems([all, europe], await MatchWithAsync(new() { ["region"] = "eu" }));
        Expect.SameItems([all, rest], await MatchWithAsync(new() { ["region"] = "EU" }), "values are compared exactly");
        Expect.SameItems([all, rest], await MatchWithAsync(new() { ["Region"] = "eu" }), "names are compared exactly");
        Expect.SameItems([all, rest, urgent], await MatchWithAsync(new() { ["kind"] = "urgently", ["region"] = "us" }));
        Expect.Sequence([other], await MatchWithAsync(new() { ["region"] = "eu" }, "c"));
    }

    [Spec]
    public async Task A_changed_filter_takes_effect_for_the_very_next_match()
    {
        var s = await AddAsync(Make() with { Filter = [AttributeCondition.Missing("x")] });
        Expect.Sequence([s.Id], await MatchAsync("a.b"));

        s = await UpdateAsync(s with { Filter = [AttributeCondition.Exists("x")] });
        Expect.Empty(await MatchAsync("a.b"));

        await UpdateAsync(s with { Filter = [] });
        Expect.Sequence([s.Id], await MatchAsync("a.b"));
        Expect.Empty(Expect.NotNull(await FindAsync(s.Id)).Filter);
    }

    [Spec]
    public async Task Many_events_are_matched_in_their_order()
    {
        var a = (await AddAsync(Make("a"))).Id;
        var b = (await AddAsync(Make("b"))).Id;

        var matches = await Subscriptions.MatchAsync(
            [.. "bxab".Select(type => new EventToMatch { EventType = type.ToString() })], CancellationToken.None);

        Expect.Equivalent<IReadOnlyList<IReadOnlyList<SubscriptionId>>>([[b], [], [a], [b]], matches);
    }

    [Spec]
    public async Task What_a_match_answered_does_not_change_later()
    {
        var first = await AddAsync(Make());
        var before = await MatchAsync("a.b");

        await AddAsync(Make());
        await Subscriptions.RemoveAsync(first.Id, CancellationToken.None);

        Expect.Sequence([first.Id], before);
    }

    [Spec]
    public async Task A_cancelled_call_changes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var added = await AddAsync(Make());

        await Expect.ThrowsAsync<OperationCanceledException>(async () => await Subscriptions.AddAsync(Make(), cancelled));
        await Expect.ThrowsAsync<OperationCanceledException>(async () => await Subscriptions.UpdateAsync(added with { Name = "x" }, cancelled));
        await Expect.ThrowsAsync<OperationCanceledException>(async () => await Subscriptions.RemoveAsync(added.Id, cancelled));

        Expect.Equal(1, Expect.One(await ListAsync(new SubscriptionQuery())).Version);
    }

    // Random, not ordered by time as the library's own: the order of listings must not rest on them.
    private static SubscriptionId NewId() => new(new Guid(RandomNumberGenerator.GetBytes(16)));

    private static Subscription Make(string pattern = "a.b", string? tenant = null) => new()
    {
        Id = NewId(),
        Tenant = tenant,
        Url = "https://example.com/",
        Events = [EventPattern.Parse(pattern)],
        Secrets = WebhookSecrets.Of(WebhookSecret.Generate()),
    };

    private static async Task ConflictAsync(Func<Task> call, SubscriptionId id) =>
        Expect.Equal(id, (await Expect.ThrowsAsync<SubscriptionConflictException>(call)).Id);

    private async Task<Subscription> AddAsync(Subscription subscription) => await Subscriptions.AddAsync(subscription, CancellationToken.None);

    private async Task<Subscription> UpdateAsync(Subscription subscription) => await Subscriptions.UpdateAsync(subscription, CancellationToken.None);

    private async Task<Subscription?> FindAsync(SubscriptionId id) => await Subscriptions.FindAsync(id, CancellationToken.None);

    private async Task<IReadOnlyList<Subscription>> ListAsync(SubscriptionQuery query) =>
        (await Subscriptions.ListAsync(query, CancellationToken.None)).Items;

    private async Task<IReadOnlyList<SubscriptionId>> MatchWithAsync(Dictionary<string, string> attributes, string eventType = "a.b") =>
        (await Subscriptions.MatchAsync([new EventToMatch { EventType = eventType, Attributes = attributes }], CancellationToken.None))[0];

    private async Task<IReadOnlyList<SubscriptionId>> MatchAsync(string eventType, string? tenant = null, string? group = null) =>
        (await Subscriptions.MatchAsync([new EventToMatch { Tenant = tenant, EventType = eventType, Group = group }], CancellationToken.None))[0];
}
