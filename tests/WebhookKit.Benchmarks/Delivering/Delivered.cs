using WebhookKit.Benchmarks.Receiver;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>Waits until deliveries have arrived and are settled.</summary>
internal sealed class Delivered(ReceiverProcess receiver, IDeliveryLog log)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Waits until the receiver has answered so many requests in all, and no more wait than this.</summary>
    public async Task UntilAsync(long answered, long waiting, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        using var looks = new PeriodicTimer(BetweenLooks);
        // Asking the receiver first costs the store nothing while it is at work.
        while (await receiver.CountAsync(deadline.Token) < answered)
            await looks.WaitForNextTickAsync(deadline.Token);
        while ((await log.MeasureAsync(deadline.Token)).Waiting > waiting)
            await looks.WaitForNextTickAsync(deadline.Token);
    }
}
