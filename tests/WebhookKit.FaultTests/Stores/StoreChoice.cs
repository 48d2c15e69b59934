namespace WebhookKit.FaultTests.Stores;

/// <summary>Gives a host the store that is tried.</summary>
internal static class StoreChoice
{
    public static WebhooksBuilder Use(this WebhooksBuilder webhooks, StoreKind store, string connection) => store switch
    {
        StoreKind.Memory => webhooks,
        StoreKind.Sqlite => webhooks.UseSqlite(connection),
        StoreKind.PostgreSql => webhooks.UsePostgreSql(connection),
        _ => throw new ArgumentOutOfRangeException(nameof(store)),
    };
}
