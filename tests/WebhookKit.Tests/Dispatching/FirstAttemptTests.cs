using System.Collections.Concurrent;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Retries, however many of them hang, leave room for what is new; and what is new leaves room for them.</summary>
public sealed class FirstAttemptTests
{
    private const int Hanging = 300;

    private readonly VirtualClock _clock = new();
    private int _leases;

    [Fact]
    public async Task Three_hundred_hanging_endpoints_with_retries_do_not_keep_what_is_new()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("hangs", Refuse(onceEach: new(), then: letGo.Task));
        await using var host = await StartAsync();
        for (var i = 0; i < Hanging; i++)
            await host.SubscribeAsync(receiver.UrlOf("hangs"), s => s with { Events = [EventPattern.Parse("thing.happened")], MaxConcurrency = 1 });
        await host.SubscribeAsync(receiver.UrlOf("healthy"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        for (var i = 0; i < 3; i++)
            await host.PublishAsync();
        await host.Store.UntilQuietAsync();
        var failed = receiver.Requests.Length;
        failed.Should().Be(3 * Hanging);

        // Every retry is due now. Twelve hang, three wait in line, 285 lanes are given back.
        _clock.Advance(TimeSpan.FromMinutes(1));
        Volatile.Write(ref _leases, 0);
        await receiver.UntilAsync(() => receiver.Requests.Length == failed + 12);
        for (var i = 0; i < 50; i++)
            await host.PublishAsync("other.happened");
        await receiver.UntilAsync(() => receiver.RequestsTo("healthy").Length == 50);
        await host.Store.UntilAsync(() => host.Store.Held == 15);

        receiver.RequestsTo("hangs").Length.Should().Be(failed + 12, "nothing that is new waited for one of them");
        Volatile.Read(ref _leases).Should().BeLessThan(Hanging + 100, "no lane is leased over and over");

        // In the next ten seconds the lanes come back now and then, at most a hundred in a second.
        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await host.Store.UntilAsync(() => host.Store.Held == 15);
        }

        Volatile.Read(ref _leases).Should().BeLessThan(Hanging + 100 + 1000);
        receiver.RequestsTo("hangs").Length.Should().Be(failed + 12);

        letGo.SetResult();
        for (var healthy = 51; (await host.Store.MeasureAsync(default)).Waiting > 0; healthy++)
        {
            await host.Store.UntilAsync(() => host.Store.Held == 0);
            _clock.Advance(TimeSpan.FromSeconds(13));
            // Time goes no faster than the dispatcher leases, or everything would become too old.
            await host.PublishAsync("other.happened");
            await receiver.UntilAsync(() => receiver.RequestsTo("healthy").Length == healthy);
            // Or it may have come and not have been settled when what waits is counted.
            await host.Store.UntilAsync(() => host.Store.Held == 0);
        }

        (await host.DeliveriesAsync()).Should().OnlyContain(d => d.Status == DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task A_lane_whose_retry_finds_no_slot_sends_what_is_new()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        var seen = new ConcurrentDictionary<string, bool>();
        var isNew = true;
        foreach (var path in new[] { "x", "y" })
        {
            receiver.Answer(path, async (request, context) =>
            {
                if (!seen.TryAdd(path + request.Id, true))
                    await letGo.Task;
                else if (isNew)
                    context.Response.StatusCode = 500;
            });
        }

        await using var host = await StartSmallAsync();
        await host.SubscribeAsync(receiver.UrlOf("x"));
        await host.SubscribeAsync(receiver.UrlOf("y"));
        await host.PublishAsync();

        // One retry hangs in the common slot, the other waits for it.
        await receiver.UntilAsync(() => receiver.Requests.Length == 3);
        isNew = false;
        await host.PublishAsync();
        await receiver.UntilAsync(() => receiver.Requests.Length == 5);

        receiver.Requests.Skip(3).Select(r => r.Path).Should().BeEquivalentTo("x", "y");
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();
    }

    [Fact]
    public async Task First_attempts_without_an_end_do_not_keep_retries_for_ever()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("fails", 500, 200);
        await using var host = await StartSmallAsync();
        // Each request to the busy ones brings about the next, until the retry has come through.
        receiver.Answer("busy", (_, _) => receiver.RequestsTo("fails").Length == 2 ? Task.CompletedTask : host.PublishAsync());
        for (var i = 0; i < 6; i++)
        {
            await host.SubscribeAsync(
                receiver.UrlOf("busy"), s => s with { Events = [EventPattern.Parse("thing.happened")] });
        }

        await host.SubscribeAsync(receiver.UrlOf("fails"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        await host.PublishAsync();
        await host.PublishAsync("other.happened");

        await receiver.UntilAsync(() => receiver.RequestsTo("fails").Length == 2);
    }

    /// <summary>In real time, with one slot for all and one for first attempts.</summary>
    private static Task<SenderHost> StartSmallAsync() => SenderHost.StartAsync(o =>
    {
        o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 2;
        o.Dispatcher.ReservedForFirstAttempts = 1;
        o.Subscriptions.Retry = RetryPolicy.Fixed(5, TimeSpan.FromMilliseconds(1));
    });

    private async Task<SenderHost> StartAsync()
    {
        var host = await SenderHost.StartAsync(o =>
        {
            o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 16;
            o.Subscriptions.Retry = RetryPolicy.Fixed(5, TimeSpan.FromMinutes(1));
            o.Sending.Timeout = TimeSpan.FromMinutes(1);
        }, _clock);
        host.Store.Before = call =>
        {
            if (call == "lease")
                Interlocked.Increment(ref _leases);
        };
        return host;
    }

    /// <summary>Refuses the first attempt of each message to each subscription; what comes again waits.</summary>
    private static Func<TestReceiver.Received, Microsoft.AspNetCore.Http.HttpContext, Task> Refuse(ConcurrentDictionary<string, int> onceEach, Task then) =>
        async (request, context) =>
        {
            if (onceEach.AddOrUpdate(request.Id, 1, (_, count) => count + 1) <= Hanging)
                context.Response.StatusCode = 500;
            else
                await then;
        };
}
