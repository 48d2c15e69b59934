namespace WebhookKit.PostgreSql.Connections;

/// <summary>What all work on the database has in common.</summary>
/// <param name="TimeoutSeconds">How long a batch may take.</param>
/// <param name="Clock">Where the store's time comes from in tests; null is the server's clock.</param>
internal sealed record SessionSettings(int TimeoutSeconds, TimeProvider? Clock)
{
    public DateTime? Now() => Clock?.GetUtcNow().UtcDateTime;
}
