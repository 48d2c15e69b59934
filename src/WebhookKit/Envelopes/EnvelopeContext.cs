using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookKit.Envelopes;
using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>
/// What an envelope can write about: the message, and the inputs that the envelope declared. Its <c>Write…</c> methods write into the JSON that is being
/// written by <see cref="WriteJson"/>; what they are told to leave out is absent, never null.
/// </summary>
[JsonConverter(typeof(RedactedConverter<EnvelopeContext>))]
public sealed class EnvelopeContext
{
    private readonly RenderingInput _input;
    private readonly string _envelope;
    private readonly EnvelopeInputs _declared;
    private Utf8JsonWriter? _writer;

    internal EnvelopeContext(Envelope envelope, RenderingInput input)
    {
        _input = input;
        _envelope = envelope.Name;
        _declared = envelope.Uses;
    }

    /// <summary>The message's id as receivers see it (<c>webhook-id</c>).</summary>
    public string MessageId => _input.Message.PublicId;

    /// <summary>The event type, for example <c>inspection.completed</c>.</summary>
    public string EventType => _input.Message.EventType;

    /// <summary>The event type's display name, where the event catalogue has one.</summary>
    public string? EventDisplayName => _input.EventDisplayName;

    /// <summary>When the event happened.</summary>
    public DateTimeOffset Timestamp => _input.Message.Timestamp;

    /// <summary>The tenant that the event belongs to; null is the host's own.</summary>
    public string? Tenant => _input.Message.Tenant;

    /// <summary>The event's data as UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Data => _input.Message.Data;

    /// <summary>The values of the tenant.</summary>
    /// <exception cref="EnvelopeException">The envelope does not declare <see cref="EnvelopeInputs.TenantValues"/>.</exception>
    public TenantValues TenantValues => Declared(EnvelopeInputs.TenantValues, _input.TenantValues);

    /// <summary>The metadata of the subscription.</summary>
    /// <exception cref="EnvelopeException">The envelope does not declare <see cref="EnvelopeInputs.Metadata"/>.</exception>
    public IReadOnlyDictionary<string, string> Metadata => Declared(EnvelopeInputs.Metadata, _input.Metadata);

    private Utf8JsonWriter Writer => _writer ?? throw Fault("JSON is written only inside WriteJson.");

    /// <summary>A value of the tenant that there must be. It is a secret: write it into the body and nowhere else.</summary>
    /// <exception cref="EnvelopeException">
    /// The tenant has no such value, or the envelope does not declare <see cref="EnvelopeInputs.TenantValues"/>. Left uncaught, the delivery is tried again
    /// later, at no charge to the receiver.
    /// </exception>
    public string TenantValue(string name) => TenantValues.TryGet(name, out var value)
        ? value.Reveal()
        : throw Fault($"the tenant has no value '{name}'.", "Check what the ITenantValueSource answers for this tenant.");

    /// <summary>Writes one complete JSON value, in UTF-8, at most 1,000 deep.</summary>
    /// <param name="write">Writes it, by the writer and by the <c>Write…</c> methods here.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="EnvelopeException">Nothing was written, or something was left open; or this is called by what it calls.</exception>
    public ReadOnlyMemory<byte> WriteJson(Action<Utf8JsonWriter, EnvelopeContext> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (_writer is not null)
            throw Fault("WriteJson was called inside WriteJson.");
        var body = new JsonBody(Data.Length);
        using var writer = body.OpenWriter();
        _writer = writer;
        try
        {
            write(writer, this);
        }
        finally
        {
            _writer = null;
        }

        // The writer itself refuses what is malformed; what it cannot know is that no more will come.
        if (writer.CurrentDepth > 0)
            throw Fault($"{writer.CurrentDepth} objects or arrays were left open.");
        return writer.BytesCommitted + writer.BytesPending > 0 ? body.Complete(writer) : throw Fault("nothing was written.");
    }

    /// <summary>Writes a property into the object that is open; nothing if the value is null.</summary>
    public void WriteString(string propertyName, string? value)
    {
        if (value is not null)
            Writer.WriteString(propertyName, value);
    }

    /// <summary>Writes the data, byte for byte, as the value of a property of the object that is open.</summary>
    /// <param name="propertyName">The property.</param>
    /// <param name="omitNull">Whether to write nothing if the data is JSON <c>null</c>.</param>
    public void WriteData(string propertyName, bool omitNull = false)
    {
        if (omitNull && Data.Span.Trim(" \t\r\n"u8).SequenceEqual("null"u8))
            return;
        Writer.WritePropertyName(propertyName);
        // The data was checked to be JSON when it was published.
        Writer.WriteRawValue(Data.Span, skipInputValidation: true);
    }

    /// <summary>
    /// Writes the members of the data, in their order and with their values byte for byte, into the object that is open. A member of a name that the envelope
    /// writes too would be there twice: publish none.
    /// </summary>
    /// <param name="omitNulls">Whether to leave out members whose value is JSON <c>null</c>; what is null deeper in the data stays.</param>
    /// <exception cref="EnvelopeException">The data is not a JSON object.</exception>
    public void WriteDataMembers(bool omitNulls = false)
    {
        using var data = JsonDocument.Parse(Data, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth });
        if (data.RootElement.ValueKind != JsonValueKind.Object)
            throw Fault($"the data is a JSON {data.RootElement.ValueKind}, and only an object has members.", "Use WriteData instead.");
        foreach (var member in data.RootElement.EnumerateObject())
        {
            if (omitNulls && member.Value.ValueKind == JsonValueKind.Null)
                continue;
            Writer.WritePropertyName(member.Name);
            Writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
        }
    }

    /// <summary>Writes the metadata of the subscription as an object of strings, in its order; nothing if there is none.</summary>
    /// <exception cref="EnvelopeException">The envelope does not declare <see cref="EnvelopeInputs.Metadata"/>.</exception>
    public void WriteMetadata(string propertyName)
    {
        if (Metadata.Count == 0)
            return;
        Writer.WriteStartObject(propertyName);
        foreach (var (key, value) in Metadata)
            Writer.WriteString(key, value);
        Writer.WriteEndObject();
    }

    internal EnvelopeException Fault(string problem, string? remedy = null) => new(_envelope, problem, remedy);

    private T Declared<T>(EnvelopeInputs input, T value) => (_declared & input) != EnvelopeInputs.None
        ? value
        : throw Fault($"it uses {input}, which it did not declare.", $"Make it with EnvelopeInputs.{input}.");
}
