using System.Globalization;
using WebhookKit.Testing;
using WebhookKit.Tests.DependencyInjection;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>
/// Two nodes on one schema: one has a sound connection, and sees what became of things; the other goes through a proxy, and nothing else happens in it. Time is
/// virtual for both.
/// </summary>
internal sealed class StruckFixture : StoreFixture
{
    private static int _made;
    private readonly VirtualClock _clock = new();
    private readonly string _schema = "f" + Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);
    private readonly PostgreSqlNode _sound;
    private readonly PostgreSqlNode _struck;

    public StruckFixture()
    {
        var server = PostgreSqlServer.Shared.ConnectionString();
        Proxy = new FaultProxy(server);
        _sound = new PostgreSqlNode(server, Options(), _clock, _clock);
        _struck = new PostgreSqlNode(Proxy.ConnectionString, Options(), _clock, _clock, Logs);
    }

    public FaultProxy Proxy { get; }

    public TestHost.Logs Logs { get; } = new();

    public override IWebhookStore Store => _sound.Store;

    public override ISubscriptionStore Subscriptions => _sound.Subscriptions;

    public IWebhookStore StruckStore => _struck.Store;

    public ISubscriptionStore StruckSubscriptions => _struck.Subscriptions;

    public override async ValueTask StartAsync()
    {
        await _sound.Database.OpenAsync(CancellationToken.None);
        await _struck.Database.OpenAsync(CancellationToken.None);
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _struck.DisposeAsync();
        await Proxy.DisposeAsync();
        await _sound.DisposeAsync();
        await PostgreSqlServer.Shared.RunAsync($"DROP SCHEMA IF EXISTS {_schema} CASCADE");
    }

    private PostgreSqlStoreOptions Options() => new() { Schema = _schema, Listen = false };
}
