namespace WebhookKit.Storage;

/// <summary>What a store knows of a message that is to be sent to a further subscription.</summary>
/// <typeparam name="TMessage">What a store knows a message by.</typeparam>
/// <param name="Message">The message.</param>
/// <param name="DataGone">Whether its data is no longer kept.</param>
/// <param name="Has">Whether it has a delivery to the subscription, or a target of it still to become one. Asked only where that counts.</param>
internal readonly record struct KnownRecipients<TMessage>(TMessage Message, bool DataGone, Func<SubscriptionId, bool> Has)
    where TMessage : notnull;
