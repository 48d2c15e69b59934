namespace WebhookKit;

/// <summary>The kinds of fault that a <see cref="WebhookError"/> names.</summary>
public enum WebhookErrorCode
{
    /// <summary>A value that must be given is missing or empty.</summary>
    Required,

    /// <summary>A URL is not absolute, not HTTP(S), carries user-info or a fragment, or is not allowed by the egress options.</summary>
    InvalidUrl,

    /// <summary>An event type, group or subscription pattern is malformed.</summary>
    InvalidPattern,

    /// <summary>A header name or value is malformed (RFC 9110 section 5), or the name is reserved.</summary>
    InvalidHeader,

    /// <summary>A secret is empty, too short, or not in the form its scheme needs.</summary>
    InvalidSecret,

    /// <summary>A body is larger than the configured limit.</summary>
    BodyTooLarge,

    /// <summary>A body that must be JSON is not.</summary>
    InvalidJson,

    /// <summary>The event type, or the .NET type, is not registered.</summary>
    UnknownEventType,

    /// <summary>A number, duration or size is out of its range.</summary>
    OutOfRange,

    /// <summary>Two settings contradict each other.</summary>
    Contradiction,

    /// <summary>An identifier is malformed.</summary>
    InvalidId,

    /// <summary>An identifier or name is taken.</summary>
    Duplicate,

    /// <summary>A configured key is not a setting.</summary>
    UnknownSetting,

    /// <summary>A text has control characters, or half a surrogate pair.</summary>
    InvalidText,

    /// <summary>A subscription that is named does not exist, or is not of the event's tenant.</summary>
    UnknownSubscription,

    /// <summary>A part that only code can describe has no registered name, so that a durable store cannot keep it.</summary>
    UnnamedPart,
}
