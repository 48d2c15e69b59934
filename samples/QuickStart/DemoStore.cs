namespace QuickStart;

/// <summary>Where the sample keeps its webhooks.</summary>
internal enum DemoStore
{
    Memory,
    Sqlite,
    PostgreSql,
}
