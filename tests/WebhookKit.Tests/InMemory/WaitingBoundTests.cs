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
        FluentActions.Invoking(() => Open(options => (options.MaxMessages, options.MaxBytes, options.MaxHistory) = (0, -1, -1)))
            .Should().Throw<WebhookValidationException>().Which.Errors.Select(error => error.Field).Should().Equal(
                "Webhooks:InMemory:MaxMessages", "Webhooks:InMemory:MaxBytes", "Webhooks:InMemory:MaxHistory");
    }

    private async Task RefusedAsync(string option, params EnqueueRequest[] requests) =>
        (await FluentActions.Awaiting(() => EnqueueAsync(requests)).Should().ThrowAsync<QueueFullException>())
            .Which.Message.Should().Contain($"InMemoryStoreOptions.{option}");
}
