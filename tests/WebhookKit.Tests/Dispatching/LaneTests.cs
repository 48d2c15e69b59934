using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Dispatching;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>How a worker treats its lane when time, clocks, the store or one slow request are against it.</summary>
public sealed class LaneTests
{
    [Fact]
    public async Task One_hanging_request_does_not_stop_its_lane()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        var count = 0;
        receiver.Answer("s", (_, _) => Interlocked.Increment(ref count) == 20 ? letGo.Task : Task.CompletedTask);
        await using var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 1000).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));

        await host.Store.UntilAsync(() => host.Store.Settled.Count >= 999);

        letGo.SetResult();
        await host.Store.UntilEmptyAsync();
    }

    [Fact]
    public async Task Lanes_take_turns_where_there_is_not_room_for_all()
    {
        await using var receiver = await TestReceiver.StartAsync();
        // The backlog stands still until the other lane is due.
        var letGo = new TaskCompletionSource();
        var count = 0;
        receiver.Answer("backlogged", (_, _) => Interlocked.Increment(ref count) < 20 ? Task.CompletedTask : letGo.Task);
        var sentBefore = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer("fresh", (_, _) =>
        {
            sentBefore.TrySetResult(Volatile.Read(ref count));
            return Task.CompletedTask;
        });
        await using var host = await SenderHost.StartAsync(o => o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 1);
        await host.SubscribeAsync(receiver.UrlOf("backlogged"));
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 1500).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));
        await host.Store.UntilAsync(() => host.Store.Settled.Count >= 10);
        await host.SubscribeAsync(receiver.UrlOf("fresh"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        await host.PublishAsync("other.happened");
        letGo.SetResult();

        (await sentBefore.Task.WaitAsync(Happenings.Deadline)).Should().BeLessThan(1400, "the fresh lane had its turn before the backlog was through");
    }

    [Fact]
    public async Task A_lane_that_is_done_is_asked_once_more_before_it_is_given_back()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("s", (_, _) => letGo.Task);
        var clock = new VirtualClock();
        await using var host = await SenderHost.StartAsync(clock: clock);
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.PublishAsync();
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);
        var released = 0;
        host.Store.Before = call => released += call == "release" ? 1 : 0;
        await host.PublishAsync();

        // Too early to look while something is in flight, late enough to look once more at the end.
        clock.Advance(TimeSpan.FromMilliseconds(10));
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();
        await host.Store.UntilAsync(() => host.Store.Held == 0);

        receiver.Requests.Should().HaveCount(2);
        released.Should().Be(1);
    }

    [Fact]
    public async Task A_lane_whose_deliveries_are_cancelled_while_it_waits_for_a_slot_takes_none_with_it()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("hangs", (_, _) => letGo.Task);
        await using var host = await SenderHost.StartAsync(o => o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 2);
        await host.SubscribeAsync(receiver.UrlOf("hangs"), s => s with { Events = [EventPattern.Parse("thing.happened")] });
        await host.SubscribeAsync(receiver.UrlOf("waits"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        await host.SubscribeAsync(receiver.UrlOf("comes"), s => s with { Events = [EventPattern.Parse("thing.changed")] });
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 2).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));
        await receiver.UntilAsync(() => receiver.Requests.Length == 2);
        await host.PublishAsync("other.happened");
        await host.Store.UntilAsync(() => host.Store.Held == 2);
        var waiting = (await host.DeliveriesAsync()).Single(d => d.EventType == "other.happened");
        await host.Store.CancelAsync([waiting.Id], default);

        // The lane looks for more after a quarter of a second, hears that it has nothing, and ends.
        await host.Store.UntilAsync(() => host.Store.Held == 1);
        letGo.SetResult();
        await host.PublishAsync("thing.changed");
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(3);
        host.Services.GetRequiredService<LaneLoop>().InFlight.Should().Be(0, "the slot that was waited for is free again");
    }

    [Fact]
    public async Task A_store_that_does_not_settle_stops_the_sending()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var stuck = 0;
        await using var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"));
        host.Store.Before = call =>
        {
            if (call != "settle")
                return;
            Interlocked.Increment(ref stuck);
            throw new IOException("The database is down.");
        };
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 1000).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));
        await host.Store.UntilAsync(() => Volatile.Read(ref stuck) >= 6);

        receiver.Requests.Length.Should().BeLessThanOrEqualTo(32, "what was sent and is not settled is bounded by what may be in flight");
        host.Store.Before = null;
        await host.Store.UntilEmptyAsync();
        receiver.Requests.Select(r => r.Id).Should().HaveCount(1000).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_release_that_fails_is_repeated()
    {
        var failures = 0;
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync();
        host.Store.Before = call =>
        {
            if (call == "release" && Interlocked.Increment(ref failures) <= 2)
                throw new IOException("A deadlock.");
        };
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.PublishAsync();
        await host.Store.UntilAsync(() => host.Store.Released == 1);
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(2);
        failures.Should().BeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_lane_that_cannot_be_leased_for_long_enough_rests()
    {
        var calls = new ConcurrentQueue<string>();
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(clock: clock);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Timeout = TimeSpan.FromSeconds(60) });
        host.Store.Before = call =>
        {
            calls.Enqueue(call);
            if (call == "renew")
                throw new IOException("The database is down.");
        };
        for (var i = 0; i < 10; i++)
            await host.PublishAsync();
        await host.Store.UntilAsync(() => host.Store.Released > 0 && host.Store.Held == 0);

        receiver.Requests.Should().BeEmpty();
        calls.Count(c => c == "renew").Should().BeLessThanOrEqualTo(4);
        host.Store.Before = null;
        clock.Advance(TimeSpan.FromSeconds(10));
        await host.Store.UntilEmptyAsync();
        receiver.Requests.Should().HaveCount(10);
    }

    [Fact]
    public async Task A_step_of_the_wall_clock_ends_no_delivery()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("s", (_, _) => letGo.Task);
        await using var host = await SenderHost.StartAsync(clock: clock);
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 200).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));
        await receiver.UntilAsync(() => receiver.Requests.Length == 2);

        clock.StepWallClock(-TimeSpan.FromDays(31));
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        (await host.DeliveriesAsync()).Should().HaveCount(200).And.OnlyContain(d => d.Status == DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task An_answer_of_410_from_an_old_url_does_not_disable_the_new_one()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("old", async (_, context) =>
        {
            await letGo.Task;
            context.Response.StatusCode = 410;
        });
        await using var host = await SenderHost.StartAsync();
        var subscription = await host.SubscribeAsync(receiver.UrlOf("old"));
        await host.PublishAsync();
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);
        await host.Subscriptions.UpdateAsync(subscription with { Url = receiver.UrlOf("new") });
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Active);
    }
}
