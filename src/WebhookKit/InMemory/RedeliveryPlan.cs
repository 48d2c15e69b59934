namespace WebhookKit.InMemory;

/// <summary>
/// One call of redeliveries: decides on each in the sight of those before it, then all of them are carried out, or none. Called under the store's lock.
/// </summary>
internal sealed class RedeliveryPlan(StoreContents contents)
{
    private readonly List<Step> _steps = [];
    private readonly HashSet<StoredDelivery> _repeated = [];
    private readonly HashSet<(StoredMessage Message, SubscriptionId Subscription)> _sent = [];

    public void Add(Redelivery redelivery)
    {
        var step = redelivery.Repeats is { } repeats
            ? Repeat(repeats, redelivery.Once)
            : Send(redelivery.MessageId!, redelivery.Subscription!.Value, redelivery.Once);
        if (step is { Outcome: RedeliveryOutcome.Added, Message: { } message })
        {
            if (message.DataGone)
                step = new Step(RedeliveryOutcome.DataGone);
            else if (step.Repeats is { } repeated)
                _repeated.Add(repeated);
            if (step.Target.Subscription is { } subscription)
                _sent.Add((message, subscription));
        }

        _steps.Add(step);
    }

    /// <summary>Why the whole call is refused; null if there is room for it.</summary>
    public QueueFullException? Refusal()
    {
        var added = _steps.FindAll(step => step.Outcome == RedeliveryOutcome.Added);
        var awakened = added.Select(step => step.Message!).Where(message => message.Waiting == 0).Distinct().ToArray();
        return contents.Waiting.Refusal(awakened.Length, added.Count, awakened.Sum(message => (long)message.Bytes));
    }

    public RedeliveryResult[] CarryOut(long now)
    {
        var results = new RedeliveryResult[_steps.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var step = _steps[i];
            var delivery = step.Outcome == RedeliveryOutcome.Added
                ? contents.Redeliver(step.Message!, step.Target, step.Repeats, now).Id
                : step.Repeats?.RepeatedAs ?? 0;
            results[i] = new RedeliveryResult(step.Outcome, delivery == 0 ? null : new DeliveryId(delivery));
        }

        return results;
    }

    private Step Repeat(DeliveryId id, bool once)
    {
        if (!contents.Deliveries.TryGet(id.Value, out var delivery))
            return new Step(RedeliveryOutcome.Unknown);
        if (once && (delivery.Status != DeliveryStatus.Dead || delivery.RepeatedAs != 0 || _repeated.Contains(delivery)))
            return new Step(RedeliveryOutcome.LeftOut) { Repeats = delivery };
        var recipient = delivery.Recipient;
        var target = new DeliveryTarget { Lane = delivery.Lane.Id, Subscription = recipient.Subscription, Destination = recipient.Destination };
        return new Step(RedeliveryOutcome.Added) { Message = delivery.Message, Target = target, Repeats = delivery };
    }

    private Step Send(string messageId, SubscriptionId subscription, bool once)
    {
        if (!contents.Messages.TryGet(messageId, out var message))
            return new Step(RedeliveryOutcome.Unknown);
        return once && Has(message, subscription)
            ? new Step(RedeliveryOutcome.LeftOut)
            : new Step(RedeliveryOutcome.Added) { Message = message, Target = DeliveryTarget.To(subscription) };
    }

    private bool Has(StoredMessage message, SubscriptionId subscription)
    {
        for (var delivery = message.Deliveries.Newest; delivery is not null; delivery = delivery.InMessage.Older)
        {
            if (delivery.Recipient.Subscription == subscription)
                return true;
        }

        return _sent.Contains((message, subscription)) || message.FanOut?.Has(subscription) == true;
    }

    /// <summary>What is to be done for one redelivery.</summary>
    private readonly record struct Step(RedeliveryOutcome Outcome)
    {
        public StoredMessage? Message { get; init; }

        public DeliveryTarget Target { get; init; }

        public StoredDelivery? Repeats { get; init; }
    }
}
