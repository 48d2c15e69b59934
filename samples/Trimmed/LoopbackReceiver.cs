using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using WebhookKit;

namespace Trimmed;

/// <summary>A receiver without a web framework. It asks for the very first delivery once more, to see that it is repeated.</summary>
internal sealed class LoopbackReceiver : IDisposable
{
    private readonly WebhookVerifier _verifier = new(SignatureSchemes.StandardWebhooks);
    private readonly Channel<Request> _accepted = Channel.CreateUnbounded<Request>();
    private readonly HttpListener _listener;
    private int _verified;

    private LoopbackReceiver(HttpListener listener, string url) => (_listener, Url) = (listener, url);

    public string Url { get; }

    /// <summary>What it verifies with.</summary>
    public WebhookSecrets Secrets { get; set; } = WebhookSecrets.None;

    /// <summary>Requests whose signature was right, those answered with 503 among them.</summary>
    public int Verified => _verified;

    public static LoopbackReceiver Start()
    {
        while (true)
        {
            // HttpListener does not choose a free port itself, and somebody else may take the one found here.
            using var probe = new TcpListener(IPAddress.Loopback, port: 0);
            probe.Start();
            var url = $"http://{probe.LocalEndpoint}/";
            probe.Stop();
            var listener = new HttpListener { Prefixes = { url } };
            try
            {
                listener.Start();
                return new LoopbackReceiver(listener, url);
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    /// <summary>Answers requests until it is disposed.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && !_listener.IsListening)
            {
                return;
            }

            context.Response.StatusCode = (int)await AnswerAsync(context.Request);
            context.Response.Close();
        }
    }

    /// <summary>The next request that was accepted.</summary>
    public ValueTask<Request> NextAsync(CancellationToken cancellationToken) => _accepted.Reader.ReadAsync(cancellationToken);

    public void Dispose() => _listener.Close();

    private async Task<HttpStatusCode> AnswerAsync(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        var headers = WebhookHeaders.From(request.Headers.AllKeys.OfType<string>().Select(k => KeyValuePair.Create(k, request.Headers.GetValues(k) ?? [])));
        try
        {
            var webhook = _verifier.ConstructEvent(body.ToArray(), headers, Secrets);
            if (Interlocked.Increment(ref _verified) == 1)
                return HttpStatusCode.ServiceUnavailable;
            _accepted.Writer.TryWrite(new Request(webhook, headers));
            return HttpStatusCode.OK;
        }
        catch (WebhookVerificationException)
        {
            return HttpStatusCode.BadRequest;
        }
    }

    internal sealed record Request(WebhookEvent Webhook, WebhookHeaders Headers);
}
