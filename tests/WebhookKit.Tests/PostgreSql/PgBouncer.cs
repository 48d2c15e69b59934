using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>A pooler in transaction mode before the shared server, started with the first test that asks for it.</summary>
internal sealed class PgBouncer
{
    private static readonly Lazy<PgBouncer> Instance = new(() => new PgBouncer());
    private readonly string _folder = Programs.MakeFolder("webhookkit-pgb-");
    private readonly Process _process;

    private PgBouncer()
    {
        var port = PostgreSqlServer.FreePort();
        var settings = Path.Combine(_folder, "pgbouncer.ini");
        File.WriteAllText(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            postgres = user=postgres dbname=postgres host=127.0.0.1 port={PostgreSqlServer.Shared.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 20
            max_client_conn = 500
            logfile = {_folder}/log

            """));
        _process = Programs.Start("pgbouncer", "-q", settings);
        Programs.WhenThisEnds(string.Create(CultureInfo.InvariantCulture, $"kill {_process.Id}; rm -rf {_folder}"));
        ConnectionString = new NpgsqlConnectionStringBuilder(PostgreSqlServer.Shared.ConnectionString()) { Port = port }.ConnectionString;
    }

    public static PgBouncer Shared => Instance.Value;

    public string ConnectionString { get; }

    /// <summary>Waits until it takes connections.</summary>
    public async Task UntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;No Reset On Close=true");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (!deadline.IsCancellationRequested && !_process.HasExited)
            {
                await Task.Yield();
            }
        }
    }
}
