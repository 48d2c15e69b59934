using System.Net;
using System.Net.Sockets;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>
/// One client's connection. Struck, it hears nothing more; the server gets what came before, ends the session, and only then is the connection reset: what a
/// client does next always meets a server that is done with it.
/// </summary>
internal sealed class ProxiedConnection(FaultProxy proxy, TcpClient client) : IDisposable
{
    private const char ReadyForQuery = 'Z';

    private readonly TcpClient _server = new() { NoDelay = true };
    private readonly CancellationTokenSource _cut = new();
    private int _owed; // how often the server still says that it is ready
    private volatile bool _isStruck;
    private bool _isUncounted;
    private bool _isCut;

    public async Task RunAsync(int serverPort)
    {
        try
        {
            client.NoDelay = true;
            await proxy.PassageAsync(_cut.Token);
            await _server.ConnectAsync(IPAddress.Loopback, serverPort, _cut.Token);
            await Task.WhenAll(ForwardAsync(), AnswerAsync());
        }
        catch (Exception e) when (IsGone(e))
        {
            // One of the two is gone, which is what this is for.
        }
        finally
        {
            Cut();
        }
    }

    /// <summary>Resets both sides, whatever is under way.</summary>
    public void Cut()
    {
        if (Interlocked.Exchange(ref _isCut, true))
            return;
        _cut.Cancel();
        Reset(client);
        Reset(_server);
    }

    public void Dispose()
    {
        Cut();
        _cut.Dispose();
        _server.Dispose();
    }

    public static void Reset(TcpClient side)
    {
        // Closed with nothing to linger for, a connection ends with a reset.
        side.LingerState = new LingerOption(enable: true, seconds: 0);
        side.Close();
    }

    private static bool IsGone(Exception e) => e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private async Task ForwardAsync()
    {
        var messages = new WireReader(client.GetStream(), startsUntyped: true);
        try
        {
            while (!_isStruck && await messages.ReadAsync(_cut.Token) is { } message)
            {
                await proxy.PassageAsync(_cut.Token);
                if (IsCounted(message) && proxy.IsStruckBy(this) is { } strike)
                {
                    _isStruck = true;
                    if (!strike.IsUnanswered)
                        break;
                    await SendAsync(message);
                    if (!message.IsAnswered)
                        await SendAsync(WireMessage.Sync);
                    return;
                }

                await SendAsync(message);
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // The client went without a word.
        }

        EndSession();
    }

    private async Task SendAsync(WireMessage message)
    {
        if (message.IsAnswered)
            Interlocked.Increment(ref _owed);
        await _server.GetStream().WriteAsync(message.Bytes, _cut.Token);
    }

    private async Task AnswerAsync()
    {
        var answers = new WireReader(_server.GetStream(), startsUntyped: false);
        while (await answers.ReadAsync(_cut.Token) is { } answer)
        {
            var owed = answer.Type == ReadyForQuery ? Interlocked.Decrement(ref _owed) : Volatile.Read(ref _owed);
            if (_isStruck)
            {
                if (owed == 0)
                    EndSession();
                continue;
            }

            await proxy.PassageAsync(_cut.Token);
            await client.GetStream().WriteAsync(answer.Bytes, _cut.Token);
        }

        Cut();
    }

    private void EndSession()
    {
        try
        {
            _server.Client?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsGone(e))
        {
            // It has ended.
        }
    }

    /// <summary>Telling other nodes of new work goes on beside the calls, and would make their messages' numbers a matter of chance.</summary>
    private bool IsCounted(WireMessage message)
    {
        _isUncounted |= message.Parses("pg_notify");
        var isCounted = !_isUncounted && message.Type is not (WireMessage.Startup or 'X');
        _isUncounted &= !message.IsAnswered;
        return isCounted;
    }
}
