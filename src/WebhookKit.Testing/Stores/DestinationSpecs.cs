namespace WebhookKit.Testing.Stores;

internal sealed class DestinationSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_delivery_carries_its_destination_with_all_settings()
    {
        var secret = WebhookSecret.Generate();
        var destination = Destination() with
        {
            Settings = new WebhookDestination
            {
                Url = "https://receiver.example/hooks?x=1",
                Secrets = WebhookSecrets.Of(secret),
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-team"] = "red" },
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "17" },
                Timeout = 7 * Second,
                EndOnGone = false,
                RespectRetryAfter = true,
            },
        };
        await EnqueueAsync(Request(DeliveryTarget.To(destination)));

        var lane = await LeaseOneAsync();

        Expect.Equal(LaneId.Of(destination), lane.Lane);
        var delivery = Expect.One(lane.Deliveries);
        Expect.Null(delivery.Subscription);
        Expect.Equivalent(destination, delivery.Destination);
        Expect.Equal(secret.Reveal(), Expect.One(delivery.Destination!.Settings.Secrets).Reveal());
        var record = await FindAsync(delivery.Id);
        Expect.Null(record.Subscription);
        Expect.Equivalent(destination, record.Destination);
    }

    [Spec]
    public async Task Destinations_of_one_origin_wait_in_one_lane_each_with_its_own_settings()
    {
        var (one, two) = (Destination("https://receiver.example/one"), Destination("https://receiver.example/two"));
        await EnqueueAsync(Request(DeliveryTarget.To(one), DeliveryTarget.To(two), DeliveryTarget.To(Destination("https://other.example/"))));

        var lane = (await LeaseAsync()).Lanes.Single(lane => lane.Lane == LaneId.Of(one));

        Expect.Sequence([one.Settings.Url, two.Settings.Url], lane.Deliveries.Select(delivery => delivery.Destination!.Settings.Url));
    }

    [Spec]
    public async Task A_destination_is_kept_once_as_long_as_a_delivery_to_it_is_known()
    {
        var destination = Destination();
        var changed = destination with { Settings = destination.Settings with { Url = "https://receiver.example/changed" } };
        var (first, second) = (Request(DeliveryTarget.To(destination)), Request(DeliveryTarget.To(destination)));
        await EnqueueAsync(first);
        await WorkAsync();
        await AdvanceAsync(TimeSpan.FromHours(2));
        await EnqueueAsync(second);
        await TrimAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        Expect.Null(await Store.FindMessageAsync(first.Message.PublicId, CancellationToken.None));

        await EnqueueAsync(Request(DeliveryTarget.To(changed)));

        Expect.All(
            await WorkAsync(), delivery => string.Equals(delivery.Destination!.Settings.Url, destination.Settings.Url, StringComparison.Ordinal),
            "the same id is the same destination");
    }

    [Spec]
    public async Task A_destination_goes_with_the_last_delivery_to_it()
    {
        var destination = Destination();
        var changed = destination with { Settings = destination.Settings with { Url = "https://receiver.example/changed" } };
        await EnqueueAsync(Request(DeliveryTarget.To(destination)), Request(DeliveryTarget.To(destination)));
        await WorkAsync();
        await AdvanceAsync(Second);
        await TrimAsync(TimeSpan.Zero, TimeSpan.Zero);

        await EnqueueAsync(Request(DeliveryTarget.To(changed)));

        Expect.Equal(changed.Settings.Url, Expect.One(await WorkAsync()).Destination!.Settings.Url, "nothing of the first one is left");
    }

    [Spec]
    public async Task A_redelivery_goes_to_the_same_destination_in_its_lane()
    {
        var destination = Destination();
        await EnqueueAsync(Request(DeliveryTarget.To(destination)));
        var first = Expect.One(await WorkAsync());

        await RedeliverAsync(Redelivery.Of(first.Id, once: false));

        var lane = await LeaseOneAsync();
        Expect.Equal(LaneId.Of(destination), lane.Lane);
        Expect.Equivalent(destination, Expect.One(lane.Deliveries).Destination);
    }

    [Spec(false)]
    [Spec(true)]
    public async Task A_target_is_one_of_both_and_nothing_else_is_stored(bool both)
    {
        var target = both ? Target(1) with { Destination = Destination() } : Target(1) with { Subscription = null };

        await Expect.ThrowsAsync<ArgumentException>(() => EnqueueAsync(Request(1), Request(target)));

        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }
}
