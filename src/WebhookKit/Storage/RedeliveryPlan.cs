namespace WebhookKit.Storage;

/// <summary>
/// One call of redeliveries: decides on each in the sight of those before it, so that then all of them are carried out, or none. Nothing is stored by it.
/// </summary>
/// <typeparam name="TMessage">What a store knows a message by; equal for the same message.</typeparam>
/// <param name="findDelivery">What the store knows of a delivery; null if nothing.</param>
/// <param name="findMessage">What the store knows of a message, by the id that receivers see; null if nothing.</param>
internal sealed class RedeliveryPlan<TMessage>(
    Func<DeliveryId, KnownDelivery<TMessage>?> findDelivery, Func<string, KnownRecipients<TMessage>?> findMessage)
    where TMessage : notnull
{
    private readonly List<RedeliveryStep<TMessage>> _steps = [];
    private readonly HashSet<DeliveryId> _repeated = [];
    private readonly HashSet<(TMessage Message, SubscriptionId Subscription)> _sent = [];

    /// <summary>What is to be added, in the order of the call: each is a new delivery, due at once, triggered by hand.</summary>
    public IEnumerable<RedeliveryStep<TMessage>> Added => _steps.Where(step => step.Outcome == RedeliveryOutcome.Added);

    /// <summary>Decides on the next one of the call.</summary>
    public void Add(Redelivery redelivery)
    {
        var step = redelivery.Repeats is { } repeats
            ? Repeat(repeats, redelivery.Once)
            : Send(redelivery.MessageId!, redelivery.Subscription!.Value, redelivery.Once);
        if (step.Outcome == RedeliveryOutcome.Added)
        {
            if (step.Repeats is { } repeated)
                _repeated.Add(repeated);
            if (step.Subscription is { } subscription)
                _sent.Add((step.Message!, subscription));
        }

        _steps.Add(step);
    }

    /// <summary>The answer to the call.</summary>
    /// <param name="added">The new deliveries, one for each of <see cref="Added"/>, in the same order.</param>
    public RedeliveryResult[] Answer(IReadOnlyList<DeliveryId> added)
    {
        var results = new RedeliveryResult[_steps.Count];
        var repeatedAs = new Dictionary<DeliveryId, DeliveryId>();
        for (int i = 0, next = 0; i < results.Length; i++)
        {
            var step = _steps[i];
            DeliveryId? delivery = null;
            if (step.Outcome == RedeliveryOutcome.Added)
            {
                delivery = added[next++];
                if (step.Repeats is { } repeats)
                    repeatedAs[repeats] = delivery.Value;
            }
            else if (step.Repeats is { } known)
            {
                delivery = repeatedAs.TryGetValue(known, out var here) ? here : step.RepeatedAs;
            }

            results[i] = new RedeliveryResult(step.Outcome, delivery);
        }

        return results;
    }

    private RedeliveryStep<TMessage> Repeat(DeliveryId id, bool once)
    {
        if (findDelivery(id) is not { } known)
            return new(RedeliveryOutcome.Unknown);
        if (once && (known.Status != DeliveryStatus.Dead || known.RepeatedAs is not null || _repeated.Contains(id)))
            return new(RedeliveryOutcome.LeftOut) { Repeats = id, RepeatedAs = known.RepeatedAs };
        return known.DataGone
            ? new(RedeliveryOutcome.DataGone)
            : new(RedeliveryOutcome.Added)
            {
                Message = known.Message, Lane = known.Lane, Subscription = known.Subscription, Destination = known.Destination, Repeats = id,
            };
    }

    private RedeliveryStep<TMessage> Send(string messageId, SubscriptionId subscription, bool once)
    {
        if (findMessage(messageId) is not { } known)
            return new(RedeliveryOutcome.Unknown);
        if (once && (_sent.Contains((known.Message, subscription)) || known.Has(subscription)))
            return new(RedeliveryOutcome.LeftOut);
        return known.DataGone
            ? new(RedeliveryOutcome.DataGone)
            : new(RedeliveryOutcome.Added) { Message = known.Message, Lane = LaneId.Of(subscription), Subscription = subscription };
    }
}
