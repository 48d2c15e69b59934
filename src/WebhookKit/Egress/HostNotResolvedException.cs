namespace WebhookKit.Egress;

/// <summary>The host has no address. Thrown where the connection is made; the sender turns it into an outcome.</summary>
internal sealed class HostNotResolvedException(string host, Exception? innerException = null)
    : WebhookException($"The host '{host}' could not be resolved.", innerException);
