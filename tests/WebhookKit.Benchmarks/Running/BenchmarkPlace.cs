using WebhookKit.Benchmarks.Receiver;
using WebhookKit.FaultTests.Processes;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.Benchmarks.Running;

/// <summary>What a run has beside itself: a receiver, a directory, a database server, each started when it is first asked for.</summary>
internal sealed class BenchmarkPlace : IAsyncDisposable
{
    private readonly Guard _guard = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("webhookkit-benchmarks-").FullName;
    private ReceiverProcess? _receiver;
    private PostgreSqlCluster? _cluster;
    private int _stores;

    public BenchmarkPlace() => _guard.Remove(_directory);

    public async Task<ReceiverProcess> ReceiverAsync(CancellationToken cancellationToken) =>
        _receiver ??= await ReceiverProcess.StartAsync(_guard, cancellationToken);

    /// <summary>Chooses a store that nobody has used, for a host that is being built.</summary>
    public async Task<Action<WebhooksBuilder>> NewStoreAsync(StoreKind kind, CancellationToken cancellationToken)
    {
        var number = ++_stores;
        switch (kind)
        {
            case StoreKind.Memory:
                return _ => { };
            case StoreKind.Sqlite:
                return webhooks => webhooks.UseSqlite($"Data Source={Path.Combine(_directory, $"webhooks-{number}.db")}");
            case StoreKind.PostgreSql:
                _cluster ??= await PostgreSqlCluster.StartAsync(_guard, cancellationToken);
                // Two nodes of one store together stay below what the server allows.
                var connection = new Npgsql.NpgsqlConnectionStringBuilder(_cluster.Connection) { MaxPoolSize = 40 }.ToString();
                return webhooks => webhooks.UsePostgreSql(connection, options => (options.Schema, options.PrepareStatements) = ($"benchmark_{number}", true));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_receiver is not null)
            await _receiver.DisposeAsync();
        await _guard.DisposeAsync();
    }
}
