using WebhookKit.Sqlite;

namespace WebhookKit.Tests.Sqlite;

/// <summary>The stores of one process over a file.</summary>
internal sealed class SqliteNode(StoreFile file) : IAsyncDisposable
{
    public StoreFile File { get; } = file;

    public SqliteStore Store { get; } = new(file);

    public SqliteSubscriptionStore Subscriptions { get; } = new(file);

    public ValueTask DisposeAsync() => File.DisposeAsync();
}
