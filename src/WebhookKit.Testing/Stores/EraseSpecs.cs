namespace WebhookKit.Testing.Stores;

internal sealed class EraseSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task Everything_of_the_tenant_goes_and_nothing_else()
    {
        var erased = Of("gone", Target(1), Target(2));
        var (nowhere, own, other) = (Of("gone"), Of(null, Target(1)), Of("GONE", Target(1)));
        await EnqueueAsync(erased, nowhere, own, other);
        var lane = (await LeaseAsync()).Lanes.Single(lane => lane.Lane == Lane(2));
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        var deliveries = await DeliveriesOfAsync(erased);

        await EraseAsync("gone");

        foreach (var delivery in deliveries)
        {
            Expect.Null(await Store.FindDeliveryAsync(delivery, CancellationToken.None));
            Expect.Empty(await AttemptsOfAsync(delivery));
        }

        foreach (var request in new[] { erased, nowhere })
            Expect.Null(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
        Expect.Empty((await Store.ListMessagesAsync(new MessageQuery { Tenant = "gone" }, CancellationToken.None)).Items);
        Expect.Equal(2, (await MeasureAsync()).Waiting);
        Expect.Sequence(["GONE", null], (await ListAsync(new DeliveryQuery { AllTenants = true })).Items.Select(record => record.Tenant));
        Expect.Sequence([EnqueueOutcome.Accepted, EnqueueOutcome.Duplicate], await EnqueueAsync(nowhere, own));
    }

    [Spec]
    public async Task The_hosts_own_tenant_is_erased_by_null_and_is_no_wildcard()
    {
        await EnqueueAsync(Of(null, Target(1)), Of("acme", Target(1)));

        await EraseAsync(null);

        Expect.Equal("acme", Expect.One((await ListAsync(new DeliveryQuery { AllTenants = true })).Items).Tenant);
    }

    [Spec]
    public async Task A_tenant_of_which_nothing_is_known_is_erased_already() =>
        Expect.Equal(new RemovalResult(0, false), await Store.EraseAsync("nobody", 10, CancellationToken.None));

    [Spec]
    public async Task The_holder_hears_with_a_refill_of_what_was_erased()
    {
        await EnqueueAsync(Of("gone", Target(1)), Of("gone", Target(1)), Of("acme", Target(1)));
        var lane = await LeaseOneAsync(deliveries: 3);
        var erased = lane.Deliveries.Where(delivery => delivery.Message.Tenant == "gone").Select(delivery => delivery.Id).ToArray();

        await EraseAsync("gone");

        Expect.Sequence(erased, (await RefillAsync(lane, quota: 0, [.. lane.Deliveries])).Ended.OrderBy(id => id.Value));
    }

    [Spec]
    public async Task What_is_in_flight_is_settled_as_gone()
    {
        await EnqueueAsync(Of("gone", Target(1)), Of("gone", Target(1)), Of("acme", Target(1)));
        var lane = await LeaseOneAsync(deliveries: 2);

        await EraseAsync("gone");

        Expect.Sequence(
            [SettleOutcome.Gone, SettleOutcome.Gone],
            await SettleAsync([Settlements.Delivered(lane, lane.Deliveries[0]), Settlements.Retry(lane, lane.Deliveries[1], Second)]));
        Expect.Empty(await AttemptsOfAsync(lane.Deliveries[0].Id));
        Expect.Equal("acme", Expect.One((await RefillAsync(lane, quota: 5)).Deliveries).Message.Tenant);
        await ReleaseAsync(lane);
        Expect.Count(1, (await LeaseOneAsync()).Deliveries);
    }

    [Spec]
    public async Task Lanes_of_which_all_was_erased_are_empty()
    {
        await EnqueueAsync(Of("gone", Target(1), Target(2), Target(3, delay: 60 * Second)));
        var held = await LeaseOneAsync();

        await EraseAsync("gone");

        Expect.Empty((await LeaseAsync()).Lanes);
        await ReleaseAsync(held);
        Expect.Null((await LeaseAsync()).NextDue);
        Expect.Equal(default, await MeasureAsync());
    }

    [Spec]
    public async Task Erasing_the_lone_delivery_ends_the_suspicion()
    {
        await EnqueueAsync(Of("gone", Target(1)), Of("acme", Target(1)), Of("acme", Target(1)));
        await LeaseOneAsync();
        await AdvanceAsync(LeaseTime);
        var lane = await LeaseOneAsync();
        Expect.Equal("gone", Expect.One(lane.Deliveries).Message.Tenant);

        await EraseAsync("gone");

        Expect.Count(2, (await RefillAsync(lane, quota: 5)).Deliveries);
    }

    [Spec]
    public async Task Idempotency_keys_go_too()
    {
        var key = new IdempotencyKey { Key = "k", ContentHash = new byte[32], Lifetime = TimeSpan.FromDays(1) };
        var erased = Of("gone", Target(1)) with { Idempotency = key };
        var kept = Of("acme", Target(1)) with { Idempotency = key };
        await EnqueueAsync(erased, kept);

        await EraseAsync("gone");

        var results = await EnqueueAsync(Of("gone", Target(1)) with { Idempotency = key }, Of("acme", Target(1)) with { Idempotency = key });
        Expect.Sequence([EnqueueOutcome.Accepted, EnqueueOutcome.Duplicate], results);
    }

    [Spec]
    public async Task A_key_whose_message_was_trimmed_goes_too()
    {
        var key = new IdempotencyKey { Key = "k", ContentHash = new byte[32], Lifetime = TimeSpan.FromDays(1) };
        await EnqueueAsync(Of("gone", Target(1)) with { Idempotency = key });
        await WorkAsync();
        await AdvanceAsync(Second);
        await TrimAsync(TimeSpan.Zero, TimeSpan.Zero);

        await EraseAsync("gone");

        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(Of("gone", Target(1)) with { Idempotency = key }));
    }

    [Spec]
    public async Task Destinations_go_with_the_deliveries_to_them()
    {
        var destination = Destination() with { Tenant = "gone" };
        var changed = destination with { Settings = destination.Settings with { Url = "https://receiver.example/changed" } };
        await EnqueueAsync(Of("gone", DeliveryTarget.To(destination)));

        await EraseAsync("gone");

        await EnqueueAsync(Of("gone", DeliveryTarget.To(changed)));
        Expect.Equal(changed.Settings.Url, Expect.One(await WorkAsync()).Destination!.Settings.Url);
    }

    [Spec]
    public async Task Batches_are_bounded_and_the_last_one_says_so()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 10).Select(lane => Of("gone", Target(lane), Target(lane + 1)))]);

        var first = await Store.EraseAsync("gone", 3, CancellationToken.None);

        Expect.True(first.Removed is > 0 and <= 3);
        Expect.True(first.HasMore);
        await EraseAsync("gone", limit: 3);
        Expect.Equal(default, await MeasureAsync());
        Expect.Equal(new RemovalResult(0, false), await Store.EraseAsync("gone", 3, CancellationToken.None));
    }

    [Spec]
    public async Task What_waits_longest_of_others_is_leased_as_before()
    {
        await EnqueueAsync(Of("gone", Target(1)));
        await PublishAsync(2);
        await AdvanceAsync(Second);
        await PublishAsync(1);

        await EraseAsync("gone");

        Expect.SameItems([Lane(1), Lane(2)], (await LeaseAsync()).Lanes.Select(lane => lane.Lane));
    }

    [Spec]
    public async Task A_limit_of_nothing_is_refused() =>
        await Expect.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Store.EraseAsync("gone", 0, CancellationToken.None));

    private static EnqueueRequest Of(string? tenant, params DeliveryTarget[] targets) => With(Request(targets), message => message with { Tenant = tenant });
}
