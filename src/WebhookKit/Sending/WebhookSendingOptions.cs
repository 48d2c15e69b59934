namespace WebhookKit;

/// <summary>How requests are sent. Section <c>Webhooks:Sending</c>.</summary>
public sealed class WebhookSendingOptions
{
    /// <summary>How long an attempt may take where the subscription says nothing: authentication, connection, request and answer together.</summary>
    /// <value>15 s by default.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest timeout that a subscription may have.</summary>
    /// <value>60 s by default; at most an hour.</value>
    public TimeSpan MaxTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a new connection may take, with its TLS handshake.</summary>
    /// <value>5 s by default.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How much of an answer's body is read and kept in the delivery log, in bytes; 0 keeps nothing.</summary>
    /// <value>16,384 by default; at most 1,048,576.</value>
    public int MaxResponseBodyBytes { get; set; } = 16 * 1024;

    /// <summary>How long a connection is used before it is made anew, so that changes in DNS and in the egress policy take effect.</summary>
    /// <value>5 min by default; 1 s to 1 day.</value>
    public TimeSpan PooledConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many HTTP/1.1 connections there may be to one endpoint's origin; null does not limit them.</summary>
    /// <value>Null by default: the subscription's concurrency is the limit.</value>
    public int? MaxConnectionsPerEndpoint { get; set; }

    /// <summary>
    /// The proxy to send through. The proxy then resolves the host and connects, so the egress policy vets the URL only; which addresses may be reached is for
    /// the proxy to decide.
    /// </summary>
    /// <value>Null by default: no proxy, not even one that the environment names.</value>
    public Uri? Proxy { get; set; }

    /// <summary>
    /// Whether the host may put its own primary handler on the client. The checks of addresses at connect time, and the settings of this section that concern
    /// connections, are then the host's to care for.
    /// </summary>
    /// <value>False by default: refused at start.</value>
    public bool AllowForeignPrimaryHandler { get; set; }

    /// <summary>Whether receivers get a <c>traceparent</c>. It starts a trace of its own; <c>tracestate</c> and <c>baggage</c> are never sent.</summary>
    /// <value>False by default: nothing is sent.</value>
    public bool PropagateTraceContext { get; set; }
}
