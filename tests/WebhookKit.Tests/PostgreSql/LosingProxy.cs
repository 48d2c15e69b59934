using System.Net;
using System.Net.Sockets;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Stands between a node and the server, and loses one answer: to the first request with a given text in it, which the server has answered.</summary>
internal sealed class LosingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _server;
    private byte[]? _text;

    public LosingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void LoseAnswerTo(string text) => _text = System.Text.Encoding.ASCII.GetBytes(text);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = _stop.Token;
        while (!token.IsCancellationRequested)
            _ = ForwardAsync(await _listener.AcceptTcpClientAsync(token), token);
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken token)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, token);
            var isLost = false;
            var asking = CopyAsync(client, server, bytes =>
            {
                if (_text is { } text && bytes.Span.IndexOf(text) >= 0)
                    (isLost, _text) = (true, null);
                return true;
            }, token);
            // The answer is there, so the server has done it all; nobody hears of it.
            await Task.WhenAny(asking, CopyAsync(server, client, _ => !isLost, token));
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> isForwarded, CancellationToken token)
    {
        var buffer = new byte[65_536];
        for (int read; (read = await from.GetStream().ReadAsync(buffer, token)) > 0;)
        {
            if (!isForwarded(buffer.AsMemory(0, read)))
                return;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), token);
        }
    }
}
