namespace WebhookKit;

/// <summary>Settings of a <see cref="WebhookVerifier"/>.</summary>
public sealed class WebhookVerifierOptions
{
    /// <summary>
    /// How far a signed time may be from the receiver's, in the past and in the future alike; in whole seconds, the edge itself is accepted. Zero or more.
    /// Schemes that sign no time are not affected.
    /// </summary>
    /// <value>5 minutes, as the libraries of Standard Webhooks have it.</value>
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The receiver's clock.</summary>
    /// <value>The system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
