using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Who may take the slots that are reserved for what is new.</summary>
public sealed class ReservedSlotTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task What_is_resent_does_not_take_what_is_reserved_for_what_is_new()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        var isResent = false;
        receiver.Answer("slow", (_, _) => isResent ? letGo.Task : Task.CompletedTask);
        await using var host = await StartAsync(max: 4, reserved: 2);
        await host.SubscribeAsync(receiver.UrlOf("slow"), s => s with { Events = [EventPattern.Parse("thing.happened")] });
        await host.SubscribeAsync(receiver.UrlOf("fast"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        for (var i = 0; i < 8; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();
        var known = (await host.DeliveriesAsync()).Select(d => Redelivery.Of(d.Id, once: false)).ToArray();

        isResent = true;
        await host.Store.RedeliverAsync(known, default);
        await receiver.UntilAsync(() => receiver.RequestsTo("slow").Length == 10);
        for (var i = 0; i < 5; i++)
            await host.PublishAsync("other.happened");
        await receiver.UntilAsync(() => receiver.RequestsTo("fast").Length == 5);

        receiver.RequestsTo("slow").Should().HaveCount(10, "two common slots are all there is for what is resent");
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();
    }

    private Task<SenderHost> StartAsync(int max, int reserved) => SenderHost.StartAsync(o =>
    {
        o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = max;
        o.Dispatcher.ReservedForFirstAttempts = reserved;
    }, _clock);
}
