namespace WebhookKit;

/// <summary>How one attempt to deliver ended.</summary>
public enum AttemptOutcome
{
    /// <summary>The receiver accepted it: the answer met the subscription's success rule.</summary>
    Delivered,

    /// <summary>The receiver answered with a status that the success rule does not count as success.</summary>
    RefusedByStatus,

    /// <summary>No answer within the timeout. An answer counts from its status and headers on; how long its body takes does not undo it.</summary>
    TimedOut,

    /// <summary>No connection could be made, or it broke before the answer.</summary>
    CouldNotConnect,

    /// <summary>The host name could not be resolved.</summary>
    CouldNotResolve,

    /// <summary>The TLS handshake failed: certificate, protocol or name.</summary>
    TlsFailure,

    /// <summary>The egress policy does not allow the address.</summary>
    BlockedByEgress,

    /// <summary>The receiver's answer was not valid HTTP.</summary>
    ProtocolError,

    /// <summary>The sender cut it short: shutdown, or the lane's lease was lost. Never charged to the receiver.</summary>
    Cancelled,

    /// <summary>The sender itself failed before the request went out (rendering, signing, authentication). Never charged to the receiver.</summary>
    SenderError,
}
