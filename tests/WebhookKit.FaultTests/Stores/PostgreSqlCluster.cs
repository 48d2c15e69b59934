using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Stores;

/// <summary>
/// A PostgreSQL server of our own, in a directory of its own, on a free port of the loopback; it syncs to disk as a real one does. Run as root it runs as
/// user postgres, since a server refuses to be root.
/// </summary>
internal sealed class PostgreSqlCluster
{
    // Below the range from which the system takes ports for outgoing connections: while the server is down, nobody else gets its port.
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;

    private readonly string _control;
    private readonly string _directory;

    private PostgreSqlCluster(string control, string directory, int port)
    {
        _control = control;
        _directory = directory;
        Connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Username = "postgres", Database = "postgres", MaxPoolSize = 20, Timeout = 5,
        }.ToString();
    }

    public string Connection { get; }

    private string Data => DataOf(_directory);

    /// <summary>Makes and starts one. The guard ends and removes it.</summary>
    public static async Task<PostgreSqlCluster> StartAsync(Guard guard, CancellationToken cancellationToken)
    {
        var programs = FindPrograms();
        var control = Path.Combine(programs, "pg_ctl");
        var directory = (await RunAsync(["mktemp", "-d", Path.Combine(Path.GetTempPath(), "webhookkit-postgresql-XXXXXX")], cancellationToken)).Trim();
        guard.Remove(directory);
        guard.Watch(control, DataOf(directory));
        await RunAsync(
            [Path.Combine(programs, "initdb"), "-D", DataOf(directory), "--auth=trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"],
            cancellationToken);
        var cluster = new PostgreSqlCluster(control, directory, FreePort());
        await cluster.StartAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Stops a cluster that may be running, whoever started it.</summary>
    public static async Task EndAsync(string control, string data)
    {
        if (File.Exists(Path.Combine(data, "postmaster.pid")))
            await RunAsync([control, "stop", "-D", data, "-m", "immediate"], CancellationToken.None);
    }

    /// <summary>Starts it, after a stop or a crash.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var port = new NpgsqlConnectionStringBuilder(Connection).Port;
        var options = string.Create(
            CultureInfo.InvariantCulture, $"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=on -c max_connections=100");
        return RunAsync(
            [_control, "start", "-w", "-t", "60", "-D", Data, "-l", Path.Combine(_directory, "log"), "-o", options], cancellationToken);
    }

    /// <summary>Stops it as a crash would: no check point, connections cut, recovery at the next start.</summary>
    public Task StopImmediatelyAsync(CancellationToken cancellationToken) =>
        RunAsync([_control, "stop", "-w", "-D", Data, "-m", "immediate"], cancellationToken);

    /// <summary>Cuts all connections but this one; answers with how many there were.</summary>
    public async Task<int> CutConnectionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Connection + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid))::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string DataOf(string directory) => Path.Combine(directory, "data");

    private static Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Command.RunAsync(Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command, cancellationToken);

    private static string FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(installed.OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(d => Path.Combine(d, "bin")))
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")))
            ?? throw new FaultRunException("PostgreSQL is not installed (Debian: apt-get install postgresql). Or give --connection.");
    }

    private static int FreePort()
    {
        var start = Random.Shared.Next(FirstPort, LastPort);
        for (var i = 0; i < LastPort - FirstPort; i++)
        {
            var port = FirstPort + (start - FirstPort + i) % (LastPort - FirstPort);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        throw new FaultRunException("No port of the loopback is free.");
    }
}
