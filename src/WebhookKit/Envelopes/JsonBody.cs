using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebhookKit.Envelopes;

/// <summary>The buffer that an envelope writes one JSON value into.</summary>
internal readonly struct JsonBody(int dataLength)
{
    /// <summary>How deep a body may be nested: as deep as any data that was accepted, whatever an envelope puts around it.</summary>
    public const int MaxDepth = 1000;

    private const int RoomForMembers = 256;

    // Bodies are application/json and never part of an HTML page, so text stays readable: 'é' and '+' are not escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    private readonly ArrayBufferWriter<byte> _buffer = new(dataLength + RoomForMembers);

    public Utf8JsonWriter OpenWriter() => new(_buffer, Options);

    public ReadOnlyMemory<byte> Complete(Utf8JsonWriter writer)
    {
        writer.Flush();
        return _buffer.WrittenMemory;
    }
}
