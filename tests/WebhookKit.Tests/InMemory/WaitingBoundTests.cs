using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

public sealed class WaitingBoundTests : InMemoryStoreTests
{
    [Fact]
    public async Task Messages_beyond_the_bound_are_refused_until_others_have_drained()
    {
        Open(options => options.MaxMessages = 3);
        await EnqueueAsync(Request(), Request());

        await RefusedAsync(nameof(InMemoryStoreOptions.MaxMessages), Request(), Request());
        (await WaitingAsync()).Should().Be(2, "nothing of the call was stored");

        (await WorkAsync()).Should().Be(2);
        (await EnqueueAsync(Request(), Request(), Request())).Should().OnlyContain(result => result == EnqueueOutcome.Accepted);
    }

    [Fact]
    public async Task Bytes_beyond_the_bound_are_refused_until_others_have_drained()
    {
        Open(options => options.MaxBytes = 1000);
        await EnqueueAsync(Request(bytes: 600, targets: 5));

        await RefusedAsync(nameof(InMemoryStoreOptions.MaxBytes), Request(bytes: 10), Request(bytes: 391));
        (await WaitingAsync()).Should().Be(5);
        await EnqueueAsync(Request(bytes: 400));

        await WorkAsync();
        await EnqueueAsync(Request(bytes: 1000));
    }

    [Fact]
    public async Task Deliveries_beyond_the_bound_are_refused_until_others_have_drained()
    {
        Open(options => options.MaxDeliveries = 10);
        await EnqueueAsync(Request(targets: 8));

        await RefusedAsync(nameof(InMemoryStoreOptions.MaxDeliveries), Request(targets: 3));
        await EnqueueAsync(Request(targets: 2));

        await WorkAsync();
        await EnqueueAsync(Request(targets: 10));
    }

    [Fact]
    public async Task A_message_larger_than_the_whole_bound_is_refused()
    {
        Open(options => options.MaxBytes = 1000);

        await RefusedAsync(nameof(InMemoryStoreOptions.MaxBytes), Request(bytes: 1001));
    }

    [Fact]
    public async Task A_message_counts_until_its_last_delivery_has_ended()
    {
        Open(options => options.MaxMessages = 1);
        await EnqueueAsync(Request(targets: 2));
        var lane = (await LeaseAsync()).Lanes[0];
        await Store.SettleAsync([Settlements.Delivered(lane, lane.Deliveries[0])], CancellationToken.None);
        await RefusedAsync(nameof(InMemoryStoreOptions.MaxMessages), Request());

        await Store.SettleAsync([Settlements.Cancel(lane, lane.Deliveries[1])], CancellationToken.None);

        await EnqueueAsync(Request());
    }

    [Fact]
    public async Task A_refused_message_is_no_duplicate_later_and_a_duplicate_is_never_refused()
    {
        Open(options => options.MaxMessages = 1);
        var (first, second) = (Request(), Request());
        await EnqueueAsync(first);
        await RefusedAsync(nameof(InMemoryStoreOptions.MaxMessages), second);
        (await EnqueueAsync(first)).Should().Equal(EnqueueOutcome.Duplicate);

        await WorkAsync();

        (await EnqueueAsync(second)).Should().Equal(EnqueueOutcome.Accepted);
    }

    [Fact]
    public async Task A_redelivery_beyond_a_bound_is_refused_and_nothing_of_its_call_is_stored()
    {
        Open(options => (options.MaxMessages, options.MaxDeliveries, options.MaxBytes) = (2, 3, 100));
        await EnqueueAsync(Request(bytes: 60));
        await EnqueueAsync(Request(lane: 2, bytes: 30));
        await WorkAsync();
        var ended = (await ListAsync()).Select(record => Redelivery.Of(record.Id, once: false)).Reverse().ToArray();

        await EnqueueAsync(Request(bytes: 41));
        await RefusedAsync(nameof(InMemoryStoreOptions.MaxBytes), () => Store.RedeliverAsync(ended[..1], default));
        await Store.RedeliverAsync(ended[1..], default);
        await RefusedAsync(nameof(InMemoryStoreOptions.MaxMessages), () => Store.RedeliverAsync([ended[0]], default));
        await RefusedAsync(nameof(InMemoryStoreOptions.MaxDeliveries), () => Store.RedeliverAsync([ended[1], ended[1]], default));

        (await WaitingAsync()).Should().Be(2);
        (await ListAsync()).Should().HaveCount(4).And.OnlyContain(record => record.Id != ended[0].Repeats || record.RepeatedAs == null);
        await Store.RedeliverAsync(ended[1..], default);
    }

    [Fact]
    public async Task A_redelivery_takes_its_message_out_of_the_history_until_it_has_ended_again()
    {
        Open(options => (options.MaxMessages, options.MaxHistoryBytes) = (1, 100));
        await EnqueueAsync(Request(bytes: 60));
        await WorkAsync();
        var ended = (await ListAsync()).Single();
        await Store.RedeliverAsync([Redelivery.Of(ended.Id, once: false)], default);

        await RefusedAsync(nameof(InMemoryStoreOptions.MaxMessages), Request());
        await WorkAsync();
        await EnqueueAsync(Request(bytes: 41));
        await WorkAsync();

        (await ListAsync()).Should().ContainSingle("both messages do not fit into the history").Which.MessageId.Should().NotBe(ended.MessageId);
    }

    [Fact]
    public async Task Idempotency_keys_beyond_the_bound_are_refused_until_others_have_expired()
    {
        Open(options => options.MaxIdempotencyKeys = 2);
        await EnqueueAsync(Keyed("a", minutes: 1), Keyed("b", minutes: 2));

        await RefusedAsync(nameof(InMemoryStoreOptions.MaxIdempotencyKeys), Request(), Keyed("c", minutes: 1));
        (await WaitingAsync()).Should().Be(2, "nothing of the call was stored");
        (await EnqueueAsync(Keyed("a", minutes: 1), Request())).Should().Equal([EnqueueOutcome.Duplicate, EnqueueOutcome.Accepted], "neither brings a key");

        Clock.Advance(TimeSpan.FromMinutes(1));
        await EnqueueAsync(Keyed("c", minutes: 1));
        await RefusedAsync(nameof(InMemoryStoreOptions.MaxIdempotencyKeys), Keyed("d", minutes: 1));
    }

    [Fact]
    public async Task What_waits_stays_bounded_with_publishers_in_a_race()
    {
        Open(options => options.MaxMessages = 100);

        var accepted = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (var i = 0; i < 100; i++)
            {
                try
                {
                    await EnqueueAsync(Request());
                    count++;
                }
                catch (QueueFullException)
                {
                    // The bound holds.
                }
            }

            return count;
        })));

        accepted.Sum().Should().Be(100);
        (await WaitingAsync()).Should().Be(100);
    }

    [Fact]
    public void Options_out_of_range_are_refused_all_at_once()
    {
        FluentActions.Invoking(() => Open(options => (options.MaxMessages, options.MaxBytes, options.MaxIdempotencyKeys, options.MaxHistory) = (0, -1, 0, -1)))
            .Should().Throw<WebhookValidationException>().Which.Errors.Select(error => error.Field).Should().Equal(
                "Webhooks:InMemory:MaxMessages", "Webhooks:InMemory:MaxBytes", "Webhooks:InMemory:MaxIdempotencyKeys",
                "Webhooks:InMemory:MaxHistory");
    }

    private static EnqueueRequest Keyed(string key, int minutes) =>
        Request() with { Idempotency = new() { Key = key, ContentHash = new byte[32], Lifetime = TimeSpan.FromMinutes(minutes) } };

    private Task RefusedAsync(string option, params EnqueueRequest[] requests) => RefusedAsync(option, () => Store.EnqueueAsync(requests, default));

    private static async Task RefusedAsync<T>(string option, Func<ValueTask<T>> call) =>
        (await FluentActions.Awaiting(async () => await call()).Should().ThrowAsync<QueueFullException>())
            .Which.Message.Should().Contain($"InMemoryStoreOptions.{option} =");
}
