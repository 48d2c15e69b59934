using System.Text.Json.Nodes;

namespace WebhookKit.Testing.Receivers;

/// <summary>Writes a body in which a source finds what it looks for.</summary>
internal static class TestBody
{
    public static byte[] Of(WebhookTestRequest request, WebhookSource source, ReadOnlySpan<byte> data)
    {
        if (source.Data.Path.IsEmpty)
            return data.ToArray();
        var body = new JsonObject();
        if (source.Id is { } id)
            Put(body, id, request.Id);
        Put(body, source.Type, request.EventType);
        Put(body, source.Timestamp, request.Timestamp.UtcDateTime);
        Put(body, source.Data, JsonNode.Parse(data));
        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static void Put(JsonObject body, WebhookField field, JsonNode? value)
    {
        if (field.Path.IsEmpty)
            return;
        var parent = body;
        foreach (var name in field.Path.AsSpan()[..^1])
        {
            if (parent[name] is not JsonObject child)
                parent[name] = child = [];
            parent = child;
        }

        parent[field.Path[^1]] = value;
    }
}
