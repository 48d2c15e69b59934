using System.Collections.Concurrent;
using WebhookKit;

namespace QuickStart;

/// <summary>A consumer's API: an ASP.NET Core application of its own, on a port of its own, that verifies every request before it believes it.</summary>
internal sealed class DemoReceiver : IAsyncDisposable
{
    private const int MaxBodyBytes = 256 * 1024;

    private readonly WebhookVerifier _verifier = new(SignatureSchemes.StandardWebhooks);
    private readonly ConcurrentDictionary<string, WebhookSecrets> _secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _flakyAttempts = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private int _verified;
    private int _refused;

    private DemoReceiver(WebApplication app) => _app = app;

    /// <summary>Requests whose signature was right.</summary>
    public int Verified => _verified;

    /// <summary>Requests that were refused.</summary>
    public int Refused => _refused;

    public static async Task<DemoReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        var receiver = new DemoReceiver(builder.Build());
        receiver._app.MapPost("/{subscriber}", receiver.ReceiveAsync);
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>The URL at which a subscriber receives.</summary>
    public string UrlOf(string subscriber) => $"{_app.Urls.First()}/{subscriber}";

    /// <summary>Tells a subscriber its secret.</summary>
    public void Trust(string subscriber, WebhookSecrets secrets) => _secrets[subscriber] = secrets;

    /// <summary>Tells the flaky subscriber how often it has failed a message.</summary>
    public void Remember(string messageId, int failures) => _flakyAttempts[messageId] = failures;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(string subscriber, HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        WebhookEvent webhook;
        try
        {
            webhook = _verifier.ConstructEvent(body.GetBuffer().AsSpan(0, (int)body.Length), WebhookHeaders.From(request.Headers), _secrets[subscriber]);
        }
        catch (WebhookVerificationException e)
        {
            Interlocked.Increment(ref _refused);
            return Results.BadRequest(new { error = e.Message });
        }

        Interlocked.Increment(ref _verified);
        return subscriber == "flaky" && _flakyAttempts.AddOrUpdate(webhook.Id!, 1, (_, attempts) => attempts + 1) <= 2
            ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : Results.Ok(new { received = true });
    }
}
