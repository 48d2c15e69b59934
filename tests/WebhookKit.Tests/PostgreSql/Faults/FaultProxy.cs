using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>
/// Stands between a store and its server, on loopback, and lets happen what happens to connections: they are reset at a chosen message or all at once, refused,
/// or stay open while nothing comes through any more. Connections are not encrypted, so that it can count messages.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<ProxiedConnection> _connections = [];
    private readonly int _serverPort;
    private readonly string _serverConnectionString;
    private readonly Task _accepting;
    private Strike? _strike;
    private TaskCompletionSource? _hung;
    private bool _isRefusing;

    public FaultProxy(string connectionString)
    {
        (_serverConnectionString, _serverPort) = (connectionString, new NpgsqlConnectionStringBuilder(connectionString).Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How to get to the server through this.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_serverConnectionString)
    {
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Has a blow fall on the n-th message from now on, counted from 1, over all connections. There is one at a time.</summary>
    public Strike StrikeAt(int message, Blow blow)
    {
        lock (_lock)
            return _strike = new Strike(message, blow);
    }

    /// <summary>Resets all connections; new ones work.</summary>
    public void Cut() => Cut(except: null);

    /// <summary>Resets all connections, and new ones at once.</summary>
    public void Refuse()
    {
        lock (_lock)
            _isRefusing = true;
        Cut();
    }

    /// <summary>Nothing comes through any more, in either direction, and nothing is closed.</summary>
    public void Hang()
    {
        lock (_lock)
            _hung ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Everything comes through again; what hung is reset.</summary>
    public void Open()
    {
        TaskCompletionSource? hung;
        lock (_lock)
        {
            (hung, _hung) = (_hung, null);
            (_isRefusing, _strike) = (false, null);
        }

        if (hung is null)
            return;
        Cut();
        hung.SetResult();
    }

    /// <summary>Waits while nothing comes through.</summary>
    public Task PassageAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _hung is null ? Task.CompletedTask : _hung.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Counts a message; the strike that falls on it, if one does.</summary>
    public Strike? IsStruckBy(ProxiedConnection connection)
    {
        Strike strike;
        lock (_lock)
        {
            if (_strike?.FallsOnNext() != true)
                return null;
            strike = _strike;
            _isRefusing |= strike.IsForGood;
        }

        if (strike.IsForGood)
            Cut(except: connection);
        return strike;
    }

    public async ValueTask DisposeAsync()
    {
        Refuse();
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _connections)
            connection.Dispose();
    }

    private void Cut(ProxiedConnection? except)
    {
        ProxiedConnection[] connections;
        lock (_lock)
            connections = [.. _connections];
        foreach (var connection in connections.Where(connection => connection != except))
            connection.Cut();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
                break;
            }

            lock (_lock)
            {
                if (_isRefusing)
                {
                    ProxiedConnection.Reset(client);
                    continue;
                }

                var connection = new ProxiedConnection(this, client);
                _connections.Add(connection);
                running.Add(Task.Run(() => connection.RunAsync(_serverPort)));
            }
        }

        await Task.WhenAll(running);
    }
}
