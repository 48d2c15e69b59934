using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>
/// A private cluster in a temporary folder, started with the first test that asks for it and stopped when the tests end. Nothing in it survives a crash of the
/// machine, which makes it fast.
/// </summary>
public sealed class PostgreSqlServer : IDisposable
{
    private static readonly Lazy<PostgreSqlServer> Instance = new(() => new PostgreSqlServer(maxConnections: 300));
    private readonly string _folder = Programs.MakeFolder("webhookkit-pg-");
    private bool _isRunning;

    /// <summary>A cluster of a test's own, which it may stop and start.</summary>
    public PostgreSqlServer(int maxConnections)
    {
        Port = FreePort();
        // SIGQUIT is an immediate shutdown.
        Programs.WhenThisEnds($"kill -QUIT $(head -n 1 {_folder}/postmaster.pid); while test -e {_folder}/postmaster.pid; do sleep 0.1; done; rm -rf {_folder}");
        Programs.Run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D", _folder);
        File.AppendAllText(
            Path.Combine(_folder, "postgresql.conf"),
            string.Create(CultureInfo.InvariantCulture, $"""

            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            port = {Port}
            fsync = off
            synchronous_commit = off
            full_page_writes = off
            max_connections = {maxConnections}
            shared_buffers = 64MB
            log_min_messages = fatal

            """));
        Start();
    }

    /// <summary>The cluster that tests share.</summary>
    public static PostgreSqlServer Shared => Instance.Value;

    public int Port { get; }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = Port, Username = "postgres", Database = database, MaxPoolSize = 40, Timeout = 15, IncludeErrorDetail = true,
    }.ConnectionString;

    public void Start()
    {
        Programs.Run("pg_ctl", "-D", _folder, "-w", "-l", Path.Combine(_folder, "log"), "start");
        _isRunning = true;
    }

    public void Stop(string mode = "fast")
    {
        Programs.Run("pg_ctl", "-D", _folder, "-w", "-m", mode, "stop");
        _isRunning = false;
    }

    public async Task RunAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false;Options=-c default_transaction_read_only=off");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public void Dispose()
    {
        if (_isRunning)
            Stop("immediate");
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
