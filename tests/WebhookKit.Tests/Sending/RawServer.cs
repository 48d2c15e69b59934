using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WebhookKit.Tests.Sending;

/// <summary>A server on loopback that answers with whatever bytes a test wants, or breaks off where it wants.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawConnection, Task> _serve;
    private readonly List<Task> _served = [];
    private readonly Task _accepting;

    private RawServer(Func<RawConnection, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/hook");

    public List<string> Requests { get; } = [];

    /// <summary>Serves each connection; one that throws because the client went away is done.</summary>
    public static RawServer Serving(Func<RawConnection, Task> serve) => new(serve);

    /// <summary>Reads a request and writes an answer, on each connection once.</summary>
    public static RawServer Answering(string answer) => new(async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.WriteAsync(answer);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_served);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _serve(new RawConnection(client, Requests, _stop.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or EndOfStreamException)
            {
                // The client or the test is done with this connection.
            }
        }
    }
}

internal sealed class RawConnection(TcpClient client, List<string> requests, CancellationToken stop)
{
    private readonly NetworkStream _stream = client.GetStream();

    public CancellationToken Stop => stop;

    public async Task ReadRequestAsync()
    {
        List<byte> bytes = [];
        var one = new byte[1];
        var length = 0;
        var end = int.MaxValue;
        while (bytes.Count < end)
        {
            await _stream.ReadExactlyAsync(one, stop);
            bytes.Add(one[0]);
            if (end != int.MaxValue || bytes.Count < 4 || bytes[^1] != '\n' || bytes[^3] != '\n')
                continue;
            var head = Encoding.Latin1.GetString(bytes.ToArray());
            var at = head.IndexOf("content-length: ", StringComparison.OrdinalIgnoreCase);
            length = at < 0 ? 0 : int.Parse(head.AsSpan(at + 16, head.IndexOf('\r', at) - at - 16));
            end = bytes.Count + length;
        }

        lock (requests)
            requests.Add(Encoding.Latin1.GetString(bytes.ToArray()));
    }

    public Task WriteAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop).AsTask();

    /// <summary>Returns when the client closes its side.</summary>
    public async Task WaitForCloseAsync()
    {
        var buffer = new byte[1024];
        while (await _stream.ReadAsync(buffer, stop) > 0)
        {
        }
    }

    /// <summary>Ends the connection with RST instead of FIN.</summary>
    public void Reset()
    {
        client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Client.Close();
    }
}
