using System.Globalization;
using System.Net;
using System.Text.Json;
using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>
/// What a careful engineer would write without the library: the event serialised once, one client, the same signing code and headers, a timeout, headers
/// first, the body drained, no logging. Nothing is kept, so nothing is repeated after a failure.
/// </summary>
internal sealed class ReferenceLoop : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5),
    })
    {
        Timeout = TimeSpan.FromSeconds(15),
    };

    private readonly Uri[] _urls;
    private readonly WebhookSecrets _secrets = WebhookSecrets.Of(WebhookSecret.Generate());

    public ReferenceLoop(string receiver) => _urls = [.. Enumerable.Range(0, SenderHost.Endpoints).Select(i => new Uri(SenderHost.UrlOf(receiver, i)))];

    /// <summary>Sends so many requests.</summary>
    public Task<Sample> SendAsync(int requests) => Sample.OfAsync(requests, () => Concurrently.RunAsync(requests, SendOneAsync));

    public void Dispose() => _client.Dispose();

    private async Task SendOneAsync(int number)
    {
        var url = _urls[number % _urls.Length];
        var now = TimeProvider.System.GetUtcNow();
        var body = JsonSerializer.SerializeToUtf8Bytes(new Body(SenderHost.EventType(0), now, BenchmarkEvent.Of(number)), JsonSerializerOptions.Web);
        var id = "msg_" + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower, Content = new ReadOnlyMemoryContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");
        request.Headers.TryAddWithoutValidation("user-agent", "Reference/1.0");
        List<KeyValuePair<string, string>> signed = new(capacity: 3);
        SignatureSchemes.StandardWebhooks.Sign(new SigningInput { MessageId = id, Timestamp = now, Body = body, Url = url }, _secrets, signed);
        foreach (var (name, value) in signed)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null);
    }

    /// <summary>The envelope of Standard Webhooks.</summary>
    private sealed record Body(string Type, DateTimeOffset Timestamp, BenchmarkEvent Data);
}
