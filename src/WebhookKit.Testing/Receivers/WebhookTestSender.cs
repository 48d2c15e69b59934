using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebhookKit.Testing;

/// <summary>
/// Makes signed requests as somebody else's sender would, to test a receiver with: good ones, and ones that the receiver must refuse.
/// <code>
/// var sender = new WebhookTestSender(SignatureSchemes.StandardWebhooks, secret);
/// var refused = await client.SendAsync(sender.Request("order.paid", new OrderPaid(1)).WithTamperedBody().ToHttpRequestMessage("/webhooks"));
/// </code>
/// </summary>
public sealed class WebhookTestSender
{
    private const string Reflection = "The data is serialised by reflection. Use the overload with a JsonTypeInfo in trimmed or AOT-compiled tests.";

    /// <summary>A sender with the envelope of Standard Webhooks.</summary>
    /// <param name="scheme">How it signs.</param>
    /// <param name="secrets">What it signs with; several as while a secret is rotated, newest first.</param>
    /// <exception cref="ArgumentException">There is no secret.</exception>
    public WebhookTestSender(SignatureScheme scheme, params ReadOnlySpan<WebhookSecret> secrets) : this(new WebhookSource(scheme), secrets)
    {
    }

    /// <summary>A sender as a receiver's source describes it: type, id, time and data are written where the source reads them.</summary>
    /// <param name="source">The source.</param>
    /// <param name="secrets">What it signs with; several as while a secret is rotated, newest first.</param>
    /// <exception cref="ArgumentException">There is no secret.</exception>
    public WebhookTestSender(WebhookSource source, params ReadOnlySpan<WebhookSecret> secrets)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (secrets.IsEmpty)
            throw new ArgumentException("Give a secret.", nameof(secrets));
        Source = source;
        Secrets = WebhookSecrets.Of(secrets);
    }

    /// <summary>The clock that dates requests.</summary>
    /// <value>The system's by default; give the receiver's clock if it is another.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal WebhookSource Source { get; }

    internal WebhookSecrets Secrets { get; }

    /// <summary>A request about an event; property names in camel case.</summary>
    /// <typeparam name="T">The type of its data.</typeparam>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public WebhookTestRequest Request<T>(string eventType, T data) where T : notnull =>
        Of(eventType, JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web));

    /// <summary>A request about an event, its data serialised by this contract.</summary>
    /// <typeparam name="T">The type of its data.</typeparam>
    public WebhookTestRequest Request<T>(string eventType, T data, JsonTypeInfo<T> contract) where T : notnull =>
        Of(eventType, JsonSerializer.SerializeToUtf8Bytes(data, contract));

    /// <summary>A request about an event whose data is JSON already.</summary>
    public WebhookTestRequest RequestJson(string eventType, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Of(eventType, Encoding.UTF8.GetBytes(json));
    }

    private WebhookTestRequest Of(string eventType, byte[] data)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventType);
        return new WebhookTestRequest(this, eventType, data) { Id = $"msg_{Guid.CreateVersion7(Time.GetUtcNow()):N}", Timestamp = Time.GetUtcNow() };
    }
}
