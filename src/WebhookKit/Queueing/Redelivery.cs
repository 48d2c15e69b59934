namespace WebhookKit;

/// <summary>
/// A further delivery of a message that the store knows: a resend, a recovery, or a replay to a subscription that missed it. Always a new delivery; the one it
/// repeats stays as it is, even one that still waits.
/// </summary>
public sealed record Redelivery
{
    private Redelivery()
    {
    }

    /// <summary>The delivery that it repeats, to the same target; null for a message that goes to <see cref="Subscription"/>.</summary>
    public DeliveryId? Repeats { get; private init; }

    /// <summary>The message, by the id that receivers see; null where a delivery is repeated.</summary>
    public string? MessageId { get; private init; }

    /// <summary>The subscription that is to get the message; null where a delivery is repeated.</summary>
    public SubscriptionId? Subscription { get; private init; }

    /// <summary>
    /// Whether to leave out what was done before: a delivery that is not dead-lettered or was repeated already, a subscription that has a delivery of the
    /// message already, those of an accepted message that are still to be stored among them. Looked at before the data is missed. It makes a call safe to
    /// repeat.
    /// </summary>
    public bool Once { get; private init; }

    /// <summary>Repeats a delivery, to the same target.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="once">See <see cref="Once"/>.</param>
    public static Redelivery Of(DeliveryId delivery, bool once) => new() { Repeats = delivery, Once = once };

    /// <summary>Sends a message to a subscription.</summary>
    /// <param name="messageId">The message, by the id that receivers see.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="once">See <see cref="Once"/>.</param>
    public static Redelivery To(string messageId, SubscriptionId subscription, bool once) =>
        new() { MessageId = messageId, Subscription = subscription, Once = once };
}
