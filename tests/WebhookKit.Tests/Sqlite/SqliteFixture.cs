using WebhookKit.Testing;

namespace WebhookKit.Tests.Sqlite;

/// <summary>A store on a file of its own, its time from a virtual clock.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private readonly SqliteFolder _folder = new();
    private SqliteNode? _node;

    public override IWebhookStore? Store => _node?.Store;

    public override ISubscriptionStore? Subscriptions => _node?.Subscriptions;

    public override VirtualClock? Clock => _folder.Clock;

    public override async ValueTask StartAsync()
    {
        _node = _folder.Open();
        await _node.File.OpenAsync(CancellationToken.None);
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _folder.Clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _folder.Dispose();
    }
}
