using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>Attributes as a JSON object, which SQL can look into: <c>{"region":"eu"}</c>.</summary>
internal static class AttributesFormat
{
    // What is not ASCII stays as it is: shorter, and SQL finds it by its text.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object; null for no attributes.</summary>
    public static string? Write(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in attributes)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads it; null is no attributes.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>: it is damaged.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? json)
    {
        if (json is null)
            return ReadOnlyDictionary<string, string>.Empty;
        try
        {
            using var document = JsonDocument.Parse(json);
            var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
                attributes[member.Name] = member.Value.GetString() ?? "";
            return attributes;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WebhookStoreException(StoreFault.Unreadable, "The attributes of a message are damaged.", e);
        }
    }
}
