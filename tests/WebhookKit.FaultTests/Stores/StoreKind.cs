namespace WebhookKit.FaultTests.Stores;

/// <summary>The stores that can be tried.</summary>
internal enum StoreKind
{
    Memory,
    Sqlite,
    PostgreSql,
}
