namespace WebhookKit;

/// <summary>
/// Is told of operational events: what WebhookKit itself did, or had to give up, that somebody should know of. Register it with
/// <see cref="WebhooksBuilder.AddObserver{T}()"/>.
/// </summary>
/// <remarks>
/// It is called beside the deliveries, one event at a time: slow, it delays only its own next event; throwing, it costs only that event. A thousand events
/// wait for it; beyond that they are dropped and counted. Events are told at most once: those that still wait when the process ends are lost. What must not
/// be missed is in the delivery log and in the subscriptions.
/// </remarks>
public interface IWebhookObserver
{
    /// <summary>Takes note of an event.</summary>
    /// <param name="operationalEvent">What happened.</param>
    /// <param name="cancellationToken">Fires when the host has no time left to wait for observers.</param>
    ValueTask ObserveAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken);
}
