namespace WebhookKit;

/// <summary>
/// What a storage provider implements: queue, messages and log in one, since a settlement changes them in one transaction.
/// Subscriptions are apart (<c>ISubscriptionStore</c>): a host may keep them elsewhere.
/// </summary>
public interface IWebhookStore : IDeliveryQueue, IDeliveryLog, IStoreMaintenance;
