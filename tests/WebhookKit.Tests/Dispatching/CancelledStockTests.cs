using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What is cancelled while a worker has it in its stock is started for a second more at most.</summary>
public sealed class CancelledStockTests
{
    private const int Stock = 64;

    private readonly VirtualClock _clock = new();
    private readonly TaskCompletionSource _letGo = new();
    private int _refills;

    [Theory]
    [InlineData(DeliveryOrder.None)]
    [InlineData(DeliveryOrder.SkipExhausted)]
    public async Task What_was_cancelled_behind_slow_requests_is_not_sent(DeliveryOrder order)
    {
        await using var receiver = await StartReceiverAsync();
        await using var host = await StartAsync(receiver, order);
        var waiting = await FillAsync(host, receiver);
        var cancelled = waiting.Where((_, i) => i % 2 == 0).ToArray();
        (await host.Store.CancelAsync([.. cancelled.Select(d => d.Id)], default)).Should().OnlyContain(r => r == CancelOutcome.Cancelled);

        _clock.Advance(TimeSpan.FromSeconds(2));
        _letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(Stock - cancelled.Length);
        receiver.Requests.Select(r => r.Id).Should().NotIntersectWith(cancelled.Select(d => d.MessageId));
        (await host.DeliveriesAsync()).Count(d => d.Status == DeliveryStatus.Delivered).Should().Be(Stock - cancelled.Length);
    }

    [Theory]
    [InlineData(DeliveryOrder.None)]
    [InlineData(DeliveryOrder.SkipExhausted)]
    public async Task A_stock_of_which_everything_was_erased_is_not_sent(DeliveryOrder order)
    {
        await using var receiver = await StartReceiverAsync();
        await using var host = await StartAsync(receiver, order);
        await FillAsync(host, receiver);
        var sent = receiver.Requests.Length;
        while ((await host.Store.EraseAsync(tenant: null, 1000, default)).HasMore)
        {
            // Erasing goes on.
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        _letGo.SetResult();
        await host.Store.UntilAsync(() => host.Store.Held == 0);

        receiver.Requests.Should().HaveCount(sent);
    }

    [Theory]
    [InlineData(DeliveryOrder.None)]
    [InlineData(DeliveryOrder.SkipExhausted)]
    public async Task A_store_that_cannot_say_what_was_cancelled_has_the_lane_given_back(DeliveryOrder order)
    {
        await using var receiver = await StartReceiverAsync();
        await using var host = await StartAsync(receiver, order);
        var cancelled = (await FillAsync(host, receiver)).Take(10).ToArray();
        await host.Store.CancelAsync([.. cancelled.Select(d => d.Id)], default);
        host.Store.Before = call =>
        {
            if (call == "refill" && Interlocked.Increment(ref _refills) == 1)
                throw new IOException("The database is down.");
        };

        _clock.Advance(TimeSpan.FromSeconds(2));
        _letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        _refills.Should().BePositive();
        receiver.Requests.Should().HaveCount(Stock - cancelled.Length);
        receiver.Requests.Select(r => r.Id).Should().OnlyHaveUniqueItems().And.NotIntersectWith(cancelled.Select(d => d.MessageId));
    }

    [Fact]
    public async Task A_stock_that_goes_out_within_a_second_costs_no_call()
    {
        await using var receiver = await StartReceiverAsync();
        await using var host = await StartAsync(receiver, DeliveryOrder.None);
        // One more is asked for when all is sent, before the lane is given back.
        host.Store.Before = call => _refills += call == "refill" && receiver.Requests.Length < Stock - 1 ? 1 : 0;
        await FillAsync(host, receiver, Stock - 1);

        _clock.Advance(TimeSpan.FromMilliseconds(200));
        _letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(Stock - 1);
        _refills.Should().Be(0);
    }

    private async Task<TestReceiver> StartReceiverAsync()
    {
        var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", (_, _) => _letGo.Task);
        return receiver;
    }

    private async Task<SenderHost> StartAsync(TestReceiver receiver, DeliveryOrder order)
    {
        var host = await SenderHost.StartAsync(o => o.Dispatcher.MaxConcurrencyPerSubscription = 2, _clock);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Order = order });
        return host;
    }

    /// <summary>Publishes in one go, so that one lease takes it all; answers with what waits in the stock while the first requests hang.</summary>
    private static async Task<IReadOnlyList<DeliveryRecord>> FillAsync(SenderHost host, TestReceiver receiver, int count = Stock)
    {
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, count).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));
        var inFlight = (await host.Subscriptions.ListAsync()).Items.Single().Order == DeliveryOrder.None ? 2 : 1;
        await receiver.UntilAsync(() => receiver.Requests.Length == inFlight);
        var sent = receiver.Requests.Select(r => r.Id).ToHashSet();
        return [.. (await host.DeliveriesAsync()).Where(d => !sent.Contains(d.MessageId))];
    }
}
