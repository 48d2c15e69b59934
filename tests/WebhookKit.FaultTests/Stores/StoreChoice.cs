namespace WebhookKit.FaultTests.Stores;

/// <summary>Gives a host the store that is tried.</summary>
internal static class StoreChoice
{
    /// <param name="webhooks">The host's builder.</param>
    /// <param name="store">The store.</param>
    /// <param name="connection">Where it is.</param>
    /// <param name="prepares">Whether PostgreSQL's statements are kept prepared.</param>
    public static WebhooksBuilder Use(this WebhooksBuilder webhooks, StoreKind store, string connection, bool prepares) => store switch
    {
        StoreKind.Memory => webhooks,
        StoreKind.Sqlite => webhooks.UseSqlite(connection),
        StoreKind.PostgreSql => webhooks.UsePostgreSql(connection, options => options.PrepareStatements = prepares),
        _ => throw new ArgumentOutOfRangeException(nameof(store)),
    };
}
