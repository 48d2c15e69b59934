using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebhookKit.Signing;

/// <summary>Writes what <c>ToString</c> says, which is redacted, and refuses to read: what was written is not the secret.</summary>
internal sealed class RedactedConverter<T> : JsonConverter<T> where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException(
            $"{typeof(T).Name} is not read from JSON, since it is written redacted. Read the text yourself and make it from that, as by WebhookSecret.Parse.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
