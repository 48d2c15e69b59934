using System.Collections.Concurrent;

namespace WebhookKit.Tests.Dispatching;

public sealed class FanOutTests
{
    [Fact]
    public async Task Two_hundred_events_reach_fifty_subscribers_and_an_answer_lost_after_receipt_is_repeated_with_the_same_id()
    {
        const int events = 200;
        const int subscribers = 50;
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.Schedule(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50)));
        var lost = new ConcurrentDictionary<(string Path, string Id), bool>();
        var subscriptions = new List<Subscription>();
        for (var i = 0; i < subscribers; i++)
        {
            var path = $"s{i}";
            subscriptions.Add(await host.SubscribeAsync(receiver.UrlOf(path), s => s with { Name = path }));
            // Every tenth request of each subscriber is received whole, and its answer never arrives.
            var count = 0;
            receiver.Answer(path, (request, context) =>
            {
                if (Interlocked.Increment(ref count) % 10 == 0 && lost.TryAdd((path, request.Id), true))
                    context.Abort();
                return Task.CompletedTask;
            });
        }

        var ids = new List<string>();
        for (var i = 0; i < events; i++)
        {
            var result = await host.Publisher.PublishJsonAsync("thing.happened", System.Text.Encoding.UTF8.GetBytes($$"""{"n":{{i}}}"""));
            result.Targets.Should().Be(subscribers);
            ids.Add(result.MessageId);
        }

        await host.Store.UntilEmptyAsync();

        lost.Should().HaveCountGreaterThan(subscribers * events / 20);
        var verifier = new WebhookVerifier(SignatureSchemes.StandardWebhooks);
        foreach (var subscription in subscriptions)
        {
            var requests = receiver.RequestsTo(subscription.Name!);
            requests.Should().OnlyContain(r => verifier.Verify(r.Body, r.Headers, subscription.Secrets).IsValid);
            requests.Select(r => r.Id).Distinct().Should().BeEquivalentTo(ids);
            foreach (var same in requests.GroupBy(r => r.Id))
            {
                same.Should().HaveCount(lost.ContainsKey((subscription.Name!, same.Key)) ? 2 : 1);
                same.Should().OnlyContain(r => r.Body.SequenceEqual(same.First().Body));
            }
        }

        host.Store.Settled.Count(s => s.Settlement.Action == SettlementAction.Delivered && s.Result == SettleOutcome.Applied).Should().Be(events * subscribers);
    }

    [Fact]
    public async Task One_hanging_endpoint_does_not_hold_the_others()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("hangs", (_, _) => letGo.Task);
        await using var host = await SenderHost.StartAsync(o => o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 4);
        await host.SubscribeAsync(receiver.UrlOf("hangs"));
        var healthy = await host.SubscribeAsync(receiver.UrlOf("healthy"));
        for (var i = 0; i < 100; i++)
            await host.PublishAsync();

        await host.Store.UntilAsync(async s => (await s.ListDeliveriesAsync(
            new DeliveryQuery { AllTenants = true, Subscription = healthy.Id, Status = DeliveryStatus.Delivered, Limit = 1000 }, default)).Items.Count == 100);

        receiver.RequestsTo("hangs").Length.Should().BeLessThanOrEqualTo(2, "a lane starts with two in flight until one succeeds");
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();
    }

    [Fact]
    public async Task A_subscription_never_has_more_in_flight_than_it_allows()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var inFlight = 0;
        var most = 0;
        receiver.Answer("one", async (_, _) =>
        {
            var now = Interlocked.Increment(ref inFlight);
            most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inFlight);
        });
        await using var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("one"), s => s with { MaxConcurrency = 1 });
        for (var i = 0; i < 300; i++)
            await host.PublishAsync();

        await host.Store.UntilEmptyAsync();

        most.Should().Be(1);
        receiver.RequestsTo("one").Should().HaveCount(300);
    }
}
