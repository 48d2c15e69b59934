namespace WebhookKit.Sending;

/// <summary>The values of <c>error.type</c>, after the OpenTelemetry conventions, for failures that have no status.</summary>
internal static class ErrorTypes
{
    public const string Timeout = "timeout";
    public const string Cancelled = "cancelled";
    public const string Blocked = "egress_blocked";
    public const string NotResolved = "name_resolution_error";
    public const string Connection = "connection_error";
    public const string Tls = "secure_connection_error";
    public const string Protocol = "protocol_error";
}
