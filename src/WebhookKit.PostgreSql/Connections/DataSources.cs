using System.Transactions;
using Npgsql;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Where connections come from: the host's data source, or our own from a connection string; and those for listening and migrating, if they are others.
/// Our own are set up for a pooler in transaction mode unless told otherwise: nothing prepared, nothing reset, since no session has any state.
/// </summary>
internal sealed class DataSources : IAsyncDisposable, IDisposable
{
    /// <summary>What a connection string has to say for statements to be prepared.</summary>
    public const string PreparingText = "Max Auto Prepare=200;Options=-c plan_cache_mode=force_custom_plan";

    private readonly List<NpgsqlDataSource> _own = [];

    private DataSources(NpgsqlDataSource? main, string? connectionString, PostgreSqlStoreOptions options)
    {
        // Of several hosts only the primary can be written to, and only it has seen every change.
        Main = main is NpgsqlMultiHostDataSource hosts
            ? hosts.WithTargetSession(TargetSessionAttributes.Primary)
            : main ?? Create(connectionString!, options.PrepareStatements);
        Listen = options.ListenConnectionString is { } listen ? Create(listen, prepares: false) : Main;
        Migrate = options.MigrateConnectionString is { } migrate ? Create(migrate, prepares: false) : Main;
    }

    public NpgsqlDataSource Main { get; }

    public NpgsqlDataSource Listen { get; }

    public NpgsqlDataSource Migrate { get; }

    public static DataSources From(string connectionString, PostgreSqlStoreOptions options) => new(main: null, connectionString, options);

    public static DataSources From(NpgsqlDataSource dataSource, PostgreSqlStoreOptions options) => new(dataSource, connectionString: null, options);

    /// <summary>Opens a connection that is no part of a transaction scope around the call: that one is the host's.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        using var suppressed = Transaction.Current is null ? null : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is wrong with a connection string; null if nothing is.</summary>
    public static string? Fault(string? connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrWhiteSpace(settings.Host))
                return "It names no host.";
            return settings.Multiplexing ? "It has Multiplexing, which transactions of several statements cannot use." : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return "It is no connection string that Npgsql understands.";
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _own)
            await source.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var source in _own)
            source.Dispose();
    }

    private NpgsqlDataSource Create(string connectionString, bool prepares)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true, MaxAutoPrepare = 0, Enlist = false };
        settings.ApplicationName ??= "WebhookKit";
        if (prepares)
        {
            var preparing = new NpgsqlConnectionStringBuilder(PreparingText);
            settings.MaxAutoPrepare = preparing.MaxAutoPrepare;
            settings.AutoPrepareMinUsages = 2;
            settings.Options = $"{preparing.Options} {settings.Options}".TrimEnd();
        }

        var source = NpgsqlDataSource.Create(settings);
        _own.Add(source);
        return source;
    }
}
