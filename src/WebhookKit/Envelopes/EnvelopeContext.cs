using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebhookKit;

/// <summary>What a custom envelope can write about: the message, and its data to put in place.</summary>
public sealed class EnvelopeContext
{
    private readonly WebhookMessage _message;
    private readonly Utf8JsonWriter _writer;

    internal EnvelopeContext(WebhookMessage message, string? displayName, Utf8JsonWriter writer)
    {
        _message = message;
        _writer = writer;
        EventDisplayName = displayName;
    }

    /// <summary>The message's id as receivers see it (<c>webhook-id</c>).</summary>
    public string MessageId => _message.PublicId;

    /// <summary>The event type, for example <c>inspection.completed</c>.</summary>
    public string EventType => _message.EventType;

    /// <summary>The event type's display name, where the event catalogue has one.</summary>
    public string? EventDisplayName { get; }

    /// <summary>When the event happened.</summary>
    public DateTimeOffset Timestamp => _message.Timestamp;

    /// <summary>The tenant that the event belongs to; null is the host's own.</summary>
    public string? Tenant => _message.Tenant;

    /// <summary>The event's data as UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Data => _message.Data;

    /// <summary>Writes the data, byte for byte, as the value of a property of the object that is open.</summary>
    public void WriteData(string propertyName)
    {
        _writer.WritePropertyName(propertyName);
        // The data was checked to be JSON when it was published.
        _writer.WriteRawValue(_message.Data.Span, skipInputValidation: true);
    }

    /// <summary>Writes the members of the data, in their order and with their values byte for byte, into the object that is open.</summary>
    /// <exception cref="WebhookException">The data is not a JSON object.</exception>
    public void WriteDataMembers()
    {
        using var data = JsonDocument.Parse(_message.Data);
        if (data.RootElement.ValueKind != JsonValueKind.Object)
            throw new WebhookException($"The data is a JSON {data.RootElement.ValueKind}, and only an object has members. Use WriteData instead.");
        foreach (var member in data.RootElement.EnumerateObject())
        {
            _writer.WritePropertyName(member.Name);
            _writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
        }
    }
}
