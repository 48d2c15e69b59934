using System.Text.Json;
using System.Text.Unicode;
using WebhookKit.Messages;

namespace WebhookKit.Publishing;

/// <summary>Makes the stored message of an event: finds its type, serialises its data once, checks it. Collects faults instead of throwing.</summary>
internal sealed class MessageFactory(EventCatalog catalog, PublishingOptions options, TimeProvider time)
{
    private const string Registered = "Register it with AddEvent.";

    private readonly MessageIdFormat _ids = new(options.MessageIdPrefix, options.MessageIdHyphens);

    public WebhookMessage? Create(PublishRequest request, string field, out EventType? eventType, out WebhookError? error)
    {
        eventType = request.Data is null ? ByName(request.EventType!, field, out error) : ByData(request.Data, request.EventType, field, out error);
        if (eventType is null)
            return null;
        var data = request.Data is null ? CopyJson(request.JsonData, field, out error) : Serialise(request.Data, eventType, field, out error);
        if (data is null)
            return null;
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new WebhookMessage
        {
            Id = id,
            PublicId = _ids.Format(id),
            Tenant = request.Options.Tenant,
            EventType = eventType.Name,
            Timestamp = request.Options.Timestamp ?? now,
            Data = data,
        };
    }

    private EventType? ByName(string name, string field, out WebhookError? error)
    {
        error = catalog.TryGet(name, out var found)
            ? null
            : new(WebhookErrorCode.UnknownEventType, $"{field}.EventType", $"The event type '{name}' is not registered.", Registered);
        return found;
    }

    private EventType? ByData(object data, string? name, string field, out WebhookError? error)
    {
        var type = data.GetType();
        var found = catalog.Find(type);
        if (name is not null)
            found = [.. found.Where(e => string.Equals(e.Name, name, StringComparison.Ordinal))];
        error = found.Count switch
        {
            1 => null,
            0 when name is null => new(WebhookErrorCode.UnknownEventType, $"{field}.Data", $"The type {type} is not the data of a registered event type.", Registered),
            0 => new(WebhookErrorCode.UnknownEventType, $"{field}.EventType", $"The event type '{name}' is not registered with data of type {type}.", Registered),
            _ => new(WebhookErrorCode.Contradiction, $"{field}.EventType", $"The type {type} is the data of several event types.", "Say which one in PublishOptions.EventType."),
        };
        return error is null ? found[0] : null;
    }

    private byte[]? Serialise(object data, EventType eventType, string field, out WebhookError? error)
    {
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(data, eventType.DataContract!());
            error = CheckSize(bytes.Length, field);
            return error is null ? bytes : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            error = new(WebhookErrorCode.InvalidJson, $"{field}.Data", $"The data cannot be serialised: {e.Message}", "Publish data that System.Text.Json can write.");
            return null;
        }
    }

    private byte[]? CopyJson(ReadOnlyMemory<byte> json, string field, out WebhookError? error)
    {
        error = CheckSize(json.Length, field) ?? CheckJson(json.Span, field);
        return error is null ? json.ToArray() : null;
    }

    private WebhookError? CheckSize(int length, string field) => length <= options.MaxBodyBytes
        ? null
        : new(WebhookErrorCode.BodyTooLarge, $"{field}.Data", $"The data has {length} bytes, more than {options.MaxBodyBytes}.",
            "Publish less data, or raise Webhooks:Publishing:MaxBodyBytes.");

    private static WebhookError? CheckJson(ReadOnlySpan<byte> json, string field)
    {
        const string remedy = "Give one JSON value as UTF-8 (RFC 8259), without a byte order mark.";
        if (!Utf8.IsValid(json))
            return new(WebhookErrorCode.InvalidJson, $"{field}.Data", "The data is not UTF-8.", remedy);
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
                reader.Skip();
            return null;
        }
        catch (JsonException e)
        {
            return new(WebhookErrorCode.InvalidJson, $"{field}.Data", $"The data is not JSON (line {e.LineNumber}, byte {e.BytePositionInLine}).", remedy);
        }
    }
}
