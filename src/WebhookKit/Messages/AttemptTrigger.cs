namespace WebhookKit;

/// <summary>Why an attempt was made.</summary>
public enum AttemptTrigger
{
    /// <summary>The event was published.</summary>
    Publish,

    /// <summary>An earlier attempt failed and the retry policy asked for another.</summary>
    Retry,

    /// <summary>Somebody asked for it: a resend, a recovery or a replay.</summary>
    Manual,
}
