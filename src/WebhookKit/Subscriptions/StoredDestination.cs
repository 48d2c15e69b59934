namespace WebhookKit;

/// <summary>An ad hoc destination as a store keeps it: once, however many deliveries go to it.</summary>
public sealed record StoredDestination
{
    /// <summary>
    /// Its id: the same for the same settings of the same tenant, never the same for others. What only code can describe (a delegate, a policy, a scheme, an
    /// envelope of the host's) is the same as long as it is the same object: keep such objects, or each publish has a destination of its own.
    /// Where there are secrets, authentication or headers, another process gives another id: their values enter it through a key that only the process knows,
    /// so that guesses cannot be tried against it. That costs a second record, and nothing else.
    /// </summary>
    public required DestinationId Id { get; init; }

    /// <summary>The tenant it belongs to; null is the host's own.</summary>
    public string? Tenant { get; init; }

    /// <summary>Where to send, and how.</summary>
    public required WebhookDestination Settings { get; init; }

    /// <summary>
    /// Why a store could not read all of it: a key that is not known, a part that this host does not name. Nothing can be sent to it until that is mended, and
    /// everything else goes on. Null if there is no such fault.
    /// </summary>
    internal WebhookStoreException? Fault { get; init; }

    /// <summary>The subscription that it is as far as sending goes: nobody subscribed it, and nothing can change it.</summary>
    internal Subscription ToSubscription() => new()
    {
        Id = new SubscriptionId(Id.Value),
        Tenant = Tenant,
        Url = Settings.Url,
        Events = [],
        Secrets = Settings.Secrets,
        Schemes = Settings.Schemes,
        Authentication = Settings.Authentication,
        Headers = Settings.Headers,
        Envelope = Settings.Envelope,
        Retry = Settings.Retry,
        Success = Settings.Success,
        Timeout = Settings.Timeout,
        DisableOnGone = Settings.EndOnGone,
        RespectRetryAfter = Settings.RespectRetryAfter,
        Metadata = Settings.Metadata,
    };
}
