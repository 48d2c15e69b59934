namespace WebhookKit.Testing.Stores;

internal sealed class DeliveryQuerySpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_tenant_sees_its_own_deliveries_only()
    {
        var acme = await AddAsync("acme");
        var own = await AddAsync(tenant: null);
        var other = await AddAsync("ACME");

        await HoldsAsync(new DeliveryQuery { Tenant = "acme" }, acme);
        await HoldsAsync(new DeliveryQuery(), own);
        await HoldsAsync(new DeliveryQuery { Tenant = "ACME" }, other);
        await HoldsAsync(new DeliveryQuery { Tenant = "" });
        await HoldsAsync(new DeliveryQuery { AllTenants = true }, other, own, acme);
        await HoldsAsync(new DeliveryQuery { Tenant = "ACME", MessageId = (await FindAsync(acme)).MessageId });
    }

    [Spec]
    public async Task Deliveries_are_found_by_event_type_attributes_and_time()
    {
        var first = await AddAsync(Tenant, "a.b", ("order", "17"), ("site", "north"));
        await AdvanceAsync(10 * Second);
        var second = await AddAsync(Tenant, "a.c", ("order", "17"));
        await AdvanceAsync(10 * Second);
        var third = await AddAsync(Tenant, "a.b", ("order", "18"));
        var (since, until) = ((await FindAsync(second)).EnqueuedAt, (await FindAsync(third)).EnqueuedAt);

        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EventType = "a.b" }, third, first);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EventType = "A.B" });
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Attributes = Having(("order", "17")) }, second, first);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Attributes = Having(("order", "17"), ("site", "north")) }, first);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Attributes = Having(("order", "1")) });
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Since = since }, third, second);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Until = since }, first);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Since = since, Until = until }, second);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EventType = "a.b", Until = until, Attributes = Having(("order", "17")) }, first);
    }

    [Spec]
    public async Task A_redelivery_is_found_by_the_time_it_was_asked_for()
    {
        var first = await AddAsync(Tenant);
        await AdvanceAsync(10 * Second);
        var again = (await RedeliverAsync(Redelivery.Of(first, once: false))).Delivery!.Value;

        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Since = (await FindAsync(again)).EnqueuedAt }, again);
    }

    [Spec]
    public async Task Deliveries_are_found_by_how_their_latest_attempt_ended()
    {
        var refused = await EndedAsync(DeliveryStatus.Dead, lane: 1);
        var delivered = await EndedAsync(DeliveryStatus.Delivered, lane: 2);
        var both = await AddAsync(Tenant);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], Second));
        await AdvanceAsync(Second);
        await SettleAsync(Settlements.Delivered(lane, (await RefillAsync(lane, quota: 1)).Deliveries[0]));
        await AddAsync(Tenant);

        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, LastOutcome = AttemptOutcome.Delivered }, both, delivered);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, LastOutcome = AttemptOutcome.RefusedByStatus }, refused);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, LastOutcome = AttemptOutcome.TimedOut });
    }

    [Spec]
    public async Task Deliveries_are_found_by_when_and_why_they_ended()
    {
        var waiting = await AddAsync(Tenant);
        var (exhausted, gone, cancelled) = (await AddAsync(Tenant), await AddAsync(Tenant), await AddAsync(Tenant));
        var lane = await LeaseOneAsync();
        await AdvanceAsync(10 * Second);
        await SettleAsync(Settlements.Dead(lane, Of(exhausted)));
        await AdvanceAsync(10 * Second);
        await SettleAsync(Settlements.Dead(lane, Of(gone)) with { DeadReason = DeadReason.Gone });
        await AdvanceAsync(10 * Second);
        await SettleAsync(Settlements.Cancel(lane, Of(cancelled)));
        var (first, second) = ((await FindAsync(exhausted)).EndedAt!.Value, (await FindAsync(gone)).EndedAt!.Value);

        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EndedSince = second }, cancelled, gone);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EndedUntil = second }, exhausted);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EndedSince = first, EndedUntil = second }, exhausted);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EndedSince = first, Until = first }, cancelled, gone, exhausted);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, EndedSince = DateTimeOffset.UnixEpoch, Status = DeliveryStatus.Waiting });
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, DeadReason = DeadReason.Gone }, gone);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, DeadReason = DeadReason.Exhausted, EndedSince = second });
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant }, cancelled, gone, exhausted, waiting);

        LeasedDelivery Of(DeliveryId id) => Expect.One(lane.Deliveries.Where(delivery => delivery.Id == id));
    }

    [Spec]
    public async Task Deliveries_are_found_by_their_destination()
    {
        var (one, two) = (Destination("https://receiver.example/one"), Destination("https://receiver.example/two"));
        var request = Request(DeliveryTarget.To(one), DeliveryTarget.To(two), Target(1));
        await EnqueueAsync(request);
        var deliveries = await DeliveriesOfAsync(request);

        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Destination = one.Id }, deliveries[0]);
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Destination = Destination().Id });
        await HoldsAsync(new DeliveryQuery { Tenant = Tenant, Subscription = Target(1).Subscription }, deliveries[2]);
    }

    [Spec]
    public async Task A_delivery_that_is_unknown_is_not_found()
    {
        var known = await AddAsync(Tenant);

        Expect.Null(await Store.FindDeliveryAsync(new DeliveryId(known.Value + 100_000), CancellationToken.None));
        Expect.Equivalent(Expect.One((await ListAsync(new DeliveryQuery { Tenant = Tenant })).Items), await FindAsync(known));
    }

    [Spec]
    public async Task Everything_that_is_wrong_with_a_query_is_told_at_once()
    {
        var refusal = await Expect.ThrowsAsync<WebhookValidationException>(() => ListAsync(new DeliveryQuery
        {
            AllTenants = true, Tenant = Tenant, Limit = 0, Continuation = "x",
        }));

        Expect.Count(3, refusal.Errors);
    }

    private static Dictionary<string, string> Having(params (string Name, string Value)[] attributes) =>
        attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value, StringComparer.Ordinal);

    private async Task<DeliveryId> AddAsync(string? tenant, string eventType = "a.b", params (string Name, string Value)[] attributes)
    {
        var request = With(Request(1), message => message with { Tenant = tenant, EventType = eventType, Attributes = Having(attributes) });
        await EnqueueAsync(request);
        return await DeliveryOfAsync(request);
    }

    private async Task HoldsAsync(DeliveryQuery query, params DeliveryId[] expected) =>
        Expect.Sequence(expected, (await ListAsync(query)).Items.Select(record => record.Id), what: $"the deliveries of {query}");
}
