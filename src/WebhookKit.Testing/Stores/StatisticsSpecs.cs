namespace WebhookKit.Testing.Stores;

internal sealed class StatisticsSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task Nothing_is_counted_of_an_empty_store() => Expect.Equivalent(
        new DeliveryStatistics { Waiting = 0, Delivered = 0, Dead = 0, Cancelled = 0, Attempts = Outcomes() },
        await CountAsync(new StatisticsQuery { AllTenants = true }));

    [Spec]
    public async Task Deliveries_are_counted_by_where_they_stand_and_attempts_by_how_they_ended()
    {
        await EndedAsync(DeliveryStatus.Delivered);
        await EndedAsync(DeliveryStatus.Delivered);
        await EndedAsync(DeliveryStatus.Dead);
        await EndedAsync(DeliveryStatus.Cancelled);
        await PublishAsync(1);
        await WorkAsync((lane, delivery) => Settlements.Retry(lane, delivery, 60 * Second));
        await PublishAsync(1, count: 2);

        var counted = await CountAsync(new StatisticsQuery { Tenant = Tenant });

        Expect.Equal((3L, 2L, 1L, 1L), (counted.Waiting, counted.Delivered, counted.Dead, counted.Cancelled));
        Expect.SameItems(Outcomes((AttemptOutcome.Delivered, 2), (AttemptOutcome.RefusedByStatus, 2)), counted.Attempts);
    }

    [Spec]
    public async Task Means_are_taken_over_the_attempts_and_over_the_accepted_deliveries()
    {
        await PublishAsync(1);
        await AdvanceAsync(10 * Second);
        await WorkAsync((lane, delivery) => Lasting(Settlements.Delivered(lane, delivery), 4 * Second));
        await PublishAsync(1);
        await WorkAsync((lane, delivery) => Lasting(Settlements.Retry(lane, delivery, 30 * Second), Second));
        await AdvanceAsync(30 * Second);
        await WorkAsync((lane, delivery) => Lasting(Settlements.Delivered(lane, delivery), Second));
        await AdvanceAsync(60 * Second);
        await EndedAsync(DeliveryStatus.Cancelled);

        var counted = await CountAsync(new StatisticsQuery { Tenant = Tenant });

        Expect.Equal(2 * Second, counted.MeanAttemptDuration!.Value);
        Expect.Close(20 * Second, counted.MeanTimeToDeliver);
    }

    [Spec]
    public async Task Filters_restrict_what_is_counted()
    {
        var first = await EndedAsync(DeliveryStatus.Delivered, lane: 1);
        await AdvanceAsync(10 * Second);
        var second = await EndedAsync(DeliveryStatus.Delivered, lane: 2);
        await EnqueueAsync(With(Request(1), message => message with { Tenant = null, EventType = "other" }));
        var time = (await FindAsync(second)).EnqueuedAt;

        Expect.Equal((1, 2), await TotalAsync(new StatisticsQuery { AllTenants = true }));
        Expect.Equal((0, 2), await TotalAsync(new StatisticsQuery { Tenant = Tenant }));
        Expect.Equal((1, 0), await TotalAsync(new StatisticsQuery()));
        Expect.Equal((1, 0), await TotalAsync(new StatisticsQuery { AllTenants = true, EventType = "other" }));
        Expect.Equal((0, 1), await TotalAsync(new StatisticsQuery { Tenant = Tenant, Subscription = (await FindAsync(first)).Subscription }));
        Expect.Equal((1, 1), await TotalAsync(new StatisticsQuery { AllTenants = true, Since = time }));
        Expect.Equal((0, 1), await TotalAsync(new StatisticsQuery { AllTenants = true, Until = time }));
    }

    [Spec]
    public async Task One_tenant_and_all_of_them_are_not_counted_together() => Expect.Equal(
        WebhookErrorCode.Contradiction,
        Expect.One((await Expect.ThrowsAsync<WebhookValidationException>(
            () => CountAsync(new StatisticsQuery { AllTenants = true, Tenant = Tenant }))).Errors).Code);

    [Spec]
    public async Task What_the_log_has_forgotten_is_not_counted()
    {
        await EndedAsync(DeliveryStatus.Delivered);
        await AdvanceAsync(Second);
        await TrimAsync(TimeSpan.Zero, TimeSpan.Zero);

        Expect.Equal((0, 0), await TotalAsync(new StatisticsQuery { AllTenants = true }));
        Expect.Empty((await CountAsync(new StatisticsQuery { AllTenants = true })).Attempts);
    }

    private static Dictionary<AttemptOutcome, long> Outcomes(params (AttemptOutcome Outcome, long Count)[] counts) =>
        counts.ToDictionary(count => count.Outcome, count => count.Count);

    private static Settlement Lasting(Settlement settlement, TimeSpan duration) =>
        settlement with { Attempt = settlement.Attempt! with { Duration = duration } };

    private async Task<DeliveryStatistics> CountAsync(StatisticsQuery query) => await Store.CountAsync(query, CancellationToken.None);

    private async Task<(long Waiting, long Delivered)> TotalAsync(StatisticsQuery query)
    {
        var counted = await CountAsync(query);
        Expect.Equal(counted.Delivered, counted.Attempts.GetValueOrDefault(AttemptOutcome.Delivered));
        return (counted.Waiting, counted.Delivered);
    }
}
