namespace WebhookKit.Tests.PostgreSql;

/// <summary>Everything through a pooler in transaction mode: each transaction may be on another session.</summary>
public sealed class PgBouncerFixture : PostgreSqlFixture
{
    protected override string ConnectionString => PgBouncer.Shared.ConnectionString;

    protected override Task PrepareAsync() => PgBouncer.Shared.UntilReadyAsync();
}
