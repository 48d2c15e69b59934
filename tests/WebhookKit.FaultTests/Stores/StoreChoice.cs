namespace WebhookKit.FaultTests.Stores;

/// <summary>Gives a host the store that is tried.</summary>
internal static class StoreChoice
{
    public static WebhooksBuilder Use(this WebhooksBuilder webhooks, StoreKind store, string connection) => store switch
    {
        StoreKind.Memory => webhooks,
        StoreKind.Sqlite => webhooks.UseSqlite(connection),
        // Every other process, so that a run has both.
        StoreKind.PostgreSql => webhooks.UsePostgreSql(connection, options => options.PrepareStatements = Environment.ProcessId % 2 == 0),
        _ => throw new ArgumentOutOfRangeException(nameof(store)),
    };
}
