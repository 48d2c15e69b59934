namespace WebhookKit.Testing.Harness;

/// <summary>Why there is no answer.</summary>
internal enum SimulatedFailure
{
    TimeOut,
    ConnectionRefused,
    HostNotFound,
    TlsFailure,
}
