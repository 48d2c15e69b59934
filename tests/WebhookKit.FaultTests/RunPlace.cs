using WebhookKit.FaultTests.Processes;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests;

/// <summary>Where a run keeps its files and its database. What it makes, the guard removes at the end, however the run ends.</summary>
internal sealed class RunPlace : IAsyncDisposable
{
    private RunPlace(Guard guard, string files, string connection, PostgreSqlCluster? cluster)
    {
        (Guard, Files, Connection, Cluster) = (guard, files, connection, cluster);
        Log = new StreamWriter(Path.Combine(files, "log.txt")) { AutoFlush = true };
        SharedLog = TextWriter.Synchronized(Log);
    }

    public Guard Guard { get; }

    /// <summary>The directory of the ledgers and the log.</summary>
    public string Files { get; }

    /// <summary>What the children log.</summary>
    public TextWriter SharedLog { get; }

    /// <summary>The store's connection string; empty for the store in memory.</summary>
    public string Connection { get; }

    /// <summary>The database server, if it is the run's own.</summary>
    public PostgreSqlCluster? Cluster { get; }

    private StreamWriter Log { get; }

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

    public async ValueTask DisposeAsync()
    {
        await Guard.DisposeAsync();
        await SharedLog.DisposeAsync();
    }
}
