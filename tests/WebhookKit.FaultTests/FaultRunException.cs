namespace WebhookKit.FaultTests;

/// <summary>A run cannot go on: something ended, or did not start, that should not have.</summary>
internal sealed class FaultRunException(string message) : Exception(message);
