using System.Text.Json;
using System.Text.Unicode;

namespace WebhookKit.Publishing;

/// <summary>Finds out whether bytes are one JSON value (RFC 8259), without building anything from it.</summary>
internal static class JsonText
{
    // What System.Text.Json and many other parsers read by default; a receiver could not read more.
    private const int MaxDepth = 64;

    /// <summary>What is wrong; null if nothing is. Says where, never what stands there.</summary>
    public static string? Problem(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return "The data is empty.";
        if (!Utf8.IsValid(json))
            return "The data is not UTF-8.";
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                // Reading to the end is what checks it, what follows the value included.
            }

            return null;
        }
        catch (JsonException e)
        {
            return $"The data is not JSON, or nested more than {MaxDepth} deep (line {e.LineNumber}, byte {e.BytePositionInLine}, both from 0).";
        }
    }
}
