namespace WebhookKit;

/// <summary>Where deliveries may go. Section <c>Webhooks:Egress</c>.</summary>
public sealed class EgressOptions
{
    /// <summary>Development switch: plain HTTP is allowed, to this machine only (<c>localhost</c> and loopback addresses).</summary>
    /// <value>False by default: HTTPS only.</value>
    public bool AllowHttpToLoopback { get; set; }

    /// <summary>Plain HTTP is allowed to every host. What is sent can then be read and changed on its way.</summary>
    /// <value>False by default: HTTPS only.</value>
    public bool AllowHttp { get; set; }
}
