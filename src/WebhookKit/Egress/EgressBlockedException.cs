namespace WebhookKit.Egress;

/// <summary>No address of the host may be connected to. Thrown where the connection is made; the sender turns it into an outcome.</summary>
internal sealed class EgressBlockedException(WebhookError error) : WebhookException(error.ToString());
