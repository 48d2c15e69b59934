using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebhookKit.Testing;

/// <summary>One request as it was sent: one attempt of one delivery.</summary>
public sealed record SentWebhook
{
    private const string Reflection = "The JSON is read by reflection. Use the overload with a JsonTypeInfo in trimmed or AOT-compiled tests.";

    /// <summary>Where it went.</summary>
    public required Uri Url { get; init; }

    /// <summary>Its headers, those of the body among them.</summary>
    public required WebhookHeaders Headers { get; init; }

    /// <summary>The exact bytes of its body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When it was sent, by the virtual clock.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The message's id, the same for every attempt and subscriber.</summary>
    public required string MessageId { get; init; }

    /// <summary>The delivery it was an attempt of; null where it cannot be known.</summary>
    public LeasedDelivery? Delivery { get; init; }

    /// <summary>What it was answered with.</summary>
    public SimulatedAnswer Answer { get; init; } = 200;

    /// <summary>The event type; null where the delivery cannot be known.</summary>
    public string? EventType => Delivery?.Message.EventType;

    /// <summary>The subscription it went to; null where the delivery cannot be known.</summary>
    public SubscriptionId? Subscription => Delivery?.Subscription;

    /// <summary>Which attempt of the delivery it was, from 1; null where the delivery cannot be known.</summary>
    public int? AttemptNumber => Delivery?.AttemptsMade + 1;

    /// <summary>The value of a header that stands once; null if it is not there or stands several times.</summary>
    /// <param name="name">The header's name; its case does not matter.</param>
    public string? Header(string name)
    {
        var values = Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).Take(2).ToArray();
        return values.Length == 1 ? values[0] : null;
    }

    /// <summary>The body, read as JSON.</summary>
    /// <typeparam name="T">What the body is.</typeparam>
    /// <exception cref="JsonException">The body is no JSON of this type.</exception>
    public T? GetJson<T>(JsonTypeInfo<T> contract) => JsonSerializer.Deserialize(Body.Span, contract);

    /// <summary>The body, read as JSON; property names in camel case unless the options say otherwise.</summary>
    /// <typeparam name="T">What the body is.</typeparam>
    /// <exception cref="JsonException">The body is no JSON of this type.</exception>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public T? GetJson<T>(JsonSerializerOptions? options = null) => JsonSerializer.Deserialize<T>(Body.Span, options ?? JsonSerializerOptions.Web);

    /// <summary>Whose it was and how it was answered; nothing of what it carried.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{MessageId} ({EventType}, attempt {AttemptNumber}) to {Url} at {SentAt:O}: {Answer}");
}
