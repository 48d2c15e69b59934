namespace WebhookKit.Sqlite.Queue;

/// <summary>One call of redeliveries: decided one after the other, then carried out.</summary>
internal sealed class Redeliveries(Contents contents)
{
    public RedeliveryResult[] Add(IReadOnlyList<Redelivery> redeliveries, long now)
    {
        var plan = new RedeliveryPlan<long>(FindDelivery, FindMessage);
        foreach (var redelivery in redeliveries)
            plan.Add(redelivery);
        var added = new List<DeliveryId>();
        foreach (var step in plan.Added)
        {
            var target = new PendingTarget(step.Lane, step.Subscription, step.Destination, TimeSpan.Zero, AttemptTrigger.Manual);
            added.Add(new DeliveryId(contents.Redeliver(step.Message, target, step.Repeats, now)));
        }

        return plan.Answer(added);
    }

    private KnownDelivery<long>? FindDelivery(DeliveryId id)
    {
        if (contents.Deliveries.Find(id.Value) is not { } delivery || contents.Messages.Find(delivery.Message) is not { } message)
            return null;
        return new KnownDelivery<long>
        {
            Message = message.No,
            DataGone = !message.HasData,
            Lane = new LaneId(delivery.Lane),
            Subscription = delivery.Subscription,
            Destination = delivery.Destination,
            Status = delivery.Status,
            RepeatedAs = delivery.RepeatedAs is { } repeated ? new DeliveryId(repeated) : null,
        };
    }

    private KnownRecipients<long>? FindMessage(string publicId) => contents.Messages.Find(publicId) is { } message
        ? new KnownRecipients<long>(
            message.No, !message.HasData,
            subscription => contents.Deliveries.Has(message.No, subscription) || contents.Pending.Has(message.No, subscription))
        : null;
}
