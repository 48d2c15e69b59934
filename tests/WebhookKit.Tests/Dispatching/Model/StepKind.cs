namespace WebhookKit.Tests.Dispatching.Model;

/// <summary>What can happen.</summary>
internal enum StepKind
{
    /// <summary>An event is published to everybody.</summary>
    Publish,

    /// <summary>Time passes.</summary>
    Wait,

    /// <summary>A receiver answers its next requests with 503.</summary>
    Fail,

    /// <summary>A subscription is paused.</summary>
    Pause,

    /// <summary>A subscription is made active.</summary>
    Activate,

    /// <summary>A subscription is made inactive.</summary>
    Deactivate,

    /// <summary>A subscription is removed.</summary>
    Remove,

    /// <summary>A subscription gets a new secret, and the old one ends at once.</summary>
    Rotate,

    /// <summary>The worker dies after its next request: what it settles and releases then never arrives, and its lease expires.</summary>
    Crash,

    /// <summary>The worker dies before it learns of the lanes it leased.</summary>
    CrashAtLease,

    /// <summary>What a worker settled that was taken for dead arrives after all.</summary>
    ArriveLate,

    /// <summary>A delivery is sent again.</summary>
    Resend,

    /// <summary>The open deliveries of a message are cancelled.</summary>
    Cancel,
}
