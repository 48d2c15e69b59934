using WebhookKit.FaultTests.Processes;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests;

/// <summary>Where a run keeps its files and its database. What it makes, the guard removes at the end, however the run ends.</summary>
internal sealed class RunPlace : IAsyncDisposable
{
    private const int LogLinesShown = 30;

    private readonly string _logPath;

    private RunPlace(Guard guard, string files, string connection, PostgreSqlCluster? cluster)
    {
        (Guard, Files, Connection, Cluster) = (guard, files, connection, cluster);
        _logPath = Path.Combine(files, "log.txt");
        Log = TextWriter.Synchronized(new StreamWriter(_logPath) { AutoFlush = true });
    }

    public Guard Guard { get; }

    /// <summary>The directory of the ledgers and the log.</summary>
    public string Files { get; }

    /// <summary>What the children log.</summary>
    public TextWriter Log { get; }

    /// <summary>The store's connection string; empty for the store in memory.</summary>
    public string Connection { get; }

    /// <summary>The database server, if it is the run's own.</summary>
    public PostgreSqlCluster? Cluster { get; }

    public static async Task<RunPlace> OpenAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        var guard = new Guard();
        try
        {
            var directory = Directory.CreateTempSubdirectory("webhookkit-faults-").FullName;
            guard.Remove(directory);
            var files = settings.Out is null ? directory : Directory.CreateDirectory(settings.Out).FullName;
            foreach (var old in Directory.GetFiles(files, "accepted*.txt").Append(Path.Combine(files, "received.txt")))
                File.Delete(old);
            var cluster = settings is { Store: StoreKind.PostgreSql, Connection: null } ? await PostgreSqlCluster.StartAsync(guard, cancellationToken) : null;
            var connection = settings.Connection ?? settings.Store switch
            {
                StoreKind.Sqlite => $"Data Source={Path.Combine(directory, "webhooks.db")}",
                StoreKind.PostgreSql => cluster!.Connection,
                _ => "",
            };
            return new RunPlace(guard, files, connection, cluster);
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the log, when nobody writes any more, and shows its end if that is asked for.</summary>
    public async Task CloseLogAsync(bool show)
    {
        await Log.DisposeAsync();
        foreach (var line in show ? (await File.ReadAllLinesAsync(_logPath)).TakeLast(LogLinesShown) : [])
            await Console.Error.WriteLineAsync($"  | {line}");
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await Guard.DisposeAsync();
    }
}
