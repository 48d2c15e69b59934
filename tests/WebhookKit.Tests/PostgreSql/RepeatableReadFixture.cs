namespace WebhookKit.Tests.PostgreSql;

/// <summary>
/// A database whose transactions are REPEATABLE READ unless they say otherwise, as an administrator may have set it; and statements are kept prepared.
/// </summary>
public sealed class RepeatableReadFixture : PostgreSqlFixture
{
    private const string Name = "repeatable";

    private static readonly Lazy<Task> Made = new(async () =>
    {
        await PostgreSqlServer.Shared.RunAsync($"CREATE DATABASE {Name}");
        await PostgreSqlServer.Shared.RunAsync($"ALTER DATABASE {Name} SET default_transaction_isolation = 'repeatable read'");
    });

    protected override string ConnectionString => PostgreSqlServer.Shared.ConnectionString(Name);

    protected override bool PreparesStatements => true;

    protected override Task PrepareAsync() => Made.Value;
}
