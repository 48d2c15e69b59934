using System.Net.Http.Headers;
using WebhookKit.Testing.Receivers;

namespace WebhookKit.Testing;

/// <summary>
/// One request to a receiver, signed. Immutable: what is changed with <c>with</c> or with a method is another request, signed anew. Made by
/// <see cref="WebhookTestSender"/>.
/// </summary>
public sealed record WebhookTestRequest
{
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(1);

    private readonly WebhookTestSender _sender;
    private readonly ReadOnlyMemory<byte> _data;

    internal WebhookTestRequest(WebhookTestSender sender, string eventType, ReadOnlyMemory<byte> data)
    {
        _sender = sender;
        _data = data;
        Secrets = sender.Secrets;
        EventType = eventType;
    }

    /// <summary>The event type.</summary>
    public string EventType { get; init; }

    /// <summary>The message's id.</summary>
    /// <value>A new one by default. Give the same one twice to test what the receiver makes of a repetition.</value>
    public required string Id { get; init; }

    /// <summary>When it is signed, and when the event happened.</summary>
    /// <value>Now by default, by the sender's clock.</value>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The URL it is sent to, for the schemes that sign it.</summary>
    /// <value><c>https://localhost/</c> by default; <see cref="ToHttpRequestMessage"/> sets it.</value>
    public Uri Url { get; init; } = new("https://localhost/");

    /// <summary>The body as it is sent.</summary>
    public ReadOnlyMemory<byte> Body => IsTampered ? (byte[])[.. SignedBody.Span, (byte)' '] : SignedBody;

    /// <summary>The headers as they are sent: what the scheme signs with, and what the source reads.</summary>
    public WebhookHeaders Headers => TestHeaders.Of(this, _sender.Source, Secrets, SignedBody.Span, IsUnsigned);

    private WebhookSecrets Secrets { get; init; }

    private bool IsTampered { get; init; }

    private bool IsUnsigned { get; init; }

    private ReadOnlyMemory<byte> SignedBody => TestBody.Of(this, _sender.Source, _data.Span);

    /// <summary>The same request with a body that is not the one that was signed: one blank more at its end, so that it means the same.</summary>
    public WebhookTestRequest WithTamperedBody() => this with { IsTampered = true };

    /// <summary>The same request, signed in all correctness a day ago: it was recorded and is played back.</summary>
    /// <exception cref="WebhookException">The scheme signs no time, so it cannot tell.</exception>
    public WebhookTestRequest WithExpiredTimestamp() => TestHeaders.SignsTime(this, _sender.Source, Secrets, SignedBody.Span)
        ? this with { Timestamp = Timestamp - LongAgo }
        : throw new WebhookException($"The scheme '{_sender.Source.Scheme.Name}' signs no time: a receiver cannot tell how old a request is.");

    /// <summary>The same request without what proves it.</summary>
    public WebhookTestRequest WithoutSignature() => this with { IsUnsigned = true };

    /// <summary>The same request, signed with a secret that the receiver does not know.</summary>
    /// <param name="secret">The secret; null makes one, which must then be of a form that the scheme can use.</param>
    /// <exception cref="WebhookValidationException">The scheme cannot use the secret.</exception>
    public WebhookTestRequest WithWrongSecret(WebhookSecret? secret = null)
    {
        secret ??= WebhookSecret.Generate();
        return _sender.Source.Scheme.Check(secret) is { } error
            ? throw new WebhookValidationException(error)
            : this with { Secrets = WebhookSecrets.Of(secret) };
    }

    /// <summary>The request for an HTTP client.</summary>
    /// <param name="url">Where to; a relative URL is the client's to complete.</param>
    public HttpRequestMessage ToHttpRequestMessage(string url)
    {
        var target = new Uri(url, UriKind.RelativeOrAbsolute);
        var sent = this with { Url = new Uri(Url, target) };
        var message = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(sent.Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in sent.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    /// <summary>Which event it is about; nothing of what it carries.</summary>
    public override string ToString() => $"{Id} ({EventType})";
}
