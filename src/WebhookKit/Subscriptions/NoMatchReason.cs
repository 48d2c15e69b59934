namespace WebhookKit;

/// <summary>Why a subscription does not get an event, or why nobody can; those nearest to getting it first.</summary>
public enum NoMatchReason
{
    /// <summary>It would get the event, but is disabled.</summary>
    Disabled,

    /// <summary>It would get the event, but is inactive.</summary>
    Inactive,

    /// <summary>It asks for the event type, but its filter does not accept the event's attributes.</summary>
    FilterRefuses,

    /// <summary>None of its patterns asks for the event type.</summary>
    EventTypeNotAskedFor,

    /// <summary>The tenant has no subscription at all.</summary>
    NoSubscription,

    /// <summary>The publish said who gets the event, and named nobody.</summary>
    NobodyNamed,
}
