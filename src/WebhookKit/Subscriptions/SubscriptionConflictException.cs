namespace WebhookKit;

/// <summary>A subscription was changed or removed by somebody else since it was read. Read it again and repeat the change.</summary>
public sealed class SubscriptionConflictException : WebhookException
{
    /// <summary>Creates the exception for the subscription in question.</summary>
    public SubscriptionConflictException(SubscriptionId id)
        : base($"The subscription {id} was changed or removed since it was read. Read it again and repeat the change.") => Id = id;

    /// <summary>The subscription in question.</summary>
    public SubscriptionId Id { get; }
}
