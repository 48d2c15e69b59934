namespace WebhookKit;

/// <summary>Why a delivery was dead-lettered.</summary>
public enum DeadReason
{
    /// <summary>The retry policy allows no further attempt.</summary>
    Exhausted,

    /// <summary>It grew older than the maximum age.</summary>
    Expired,

    /// <summary>The subscription is disabled.</summary>
    Disabled,

    /// <summary>The receiver answered 410 Gone (RFC 9110 section 15.5.11).</summary>
    Gone,

    /// <summary>The process sending it died, or lost its lease, three times in a row while sending nothing else on the lane.</summary>
    Suspect,
}
