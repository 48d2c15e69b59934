using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>One call of redeliveries: decides on it, and carries it out. Called under the store's lock.</summary>
internal sealed class Redeliveries
{
    private readonly StoreContents _contents;
    private readonly RedeliveryPlan<StoredMessage> _plan;

    public Redeliveries(StoreContents contents, IReadOnlyList<Redelivery> redeliveries)
    {
        _contents = contents;
        _plan = new RedeliveryPlan<StoredMessage>(Find, Find);
        foreach (var redelivery in redeliveries)
            _plan.Add(redelivery);
    }

    /// <summary>Why the whole call is refused; null if there is room for it.</summary>
    public QueueFullException? Refusal()
    {
        var messages = _plan.Added.Select(step => step.Message!).ToArray();
        var awakened = messages.Where(message => message.Waiting == 0).Distinct().ToArray();
        return _contents.Waiting.Refusal(awakened.Length, messages.Length, awakened.Sum(message => (long)message.Bytes));
    }

    public RedeliveryResult[] CarryOut(long now) => _plan.Answer([.. _plan.Added.Select(step => Redeliver(step, now))]);

    private DeliveryId Redeliver(RedeliveryStep<StoredMessage> step, long now)
    {
        var repeated = step.Repeats is { } id && _contents.Deliveries.TryGet(id.Value, out var delivery) ? delivery : null;
        var target = new DeliveryTarget { Lane = step.Lane, Subscription = step.Subscription, Destination = repeated?.Recipient.Destination };
        return new DeliveryId(_contents.Redeliver(step.Message!, target, repeated, now).Id);
    }

    private KnownDelivery<StoredMessage>? Find(DeliveryId id) => !_contents.Deliveries.TryGet(id.Value, out var delivery)
        ? null
        : new KnownDelivery<StoredMessage>
        {
            Message = delivery.Message,
            DataGone = delivery.Message.DataGone,
            Lane = delivery.Lane.Id,
            Subscription = delivery.Recipient.Subscription,
            Destination = delivery.Recipient.Destination?.Id,
            Status = delivery.Status,
            RepeatedAs = delivery.RepeatedAs == 0 ? null : new DeliveryId(delivery.RepeatedAs),
        };

    private KnownRecipients<StoredMessage>? Find(string messageId) => _contents.Messages.TryGet(messageId, out var message)
        ? new KnownRecipients<StoredMessage>(message, message.DataGone, subscription => Has(message, subscription))
        : null;

    private static bool Has(StoredMessage message, SubscriptionId subscription)
    {
        for (var delivery = message.Deliveries.Newest; delivery is not null; delivery = delivery.InMessage.Older)
        {
            if (delivery.Recipient.Subscription == subscription)
                return true;
        }

        return message.FanOut?.Has(subscription) == true;
    }
}
