namespace WebhookKit.Tests.Dispatching.Model;

/// <summary>What the model knows of one subscription.</summary>
internal sealed class ModelSubscription(Subscription stored)
{
    public const int AttemptsAllowed = 3;

    public SubscriptionId Id { get; } = stored.Id;

    public string Url { get; } = stored.Url;

    public DeliveryOrder Order { get; } = stored.Order;

    public WebhookSecrets Secrets { get; set; } = stored.Secrets;

    /// <summary>Null once it is removed.</summary>
    public SubscriptionStatus? Status { get; set; } = stored.Status;

    /// <summary>What was expected when it became inactive or was removed: the only messages that may have been cancelled by that.</summary>
    public HashSet<string> Stopped { get; } = new(StringComparer.Ordinal);

    /// <summary>How many requests it refuses from now on.</summary>
    public int Refusals { get; set; }

    /// <summary>The messages that it must get, in the order in which they were published.</summary>
    public List<string> Expected { get; } = [];
}
