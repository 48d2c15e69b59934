using System.Collections.ObjectModel;
using System.Text.Json;
using WebhookKit.Messages;
using WebhookKit.Signing;
using WebhookKit.Telemetry;

namespace WebhookKit.Publishing;

/// <summary>Makes the stored message of an event: finds its type, serialises its data once, checks it. Collects faults instead of throwing.</summary>
internal sealed class MessageFactory(EventCatalog catalog, PublishingOptions options, TenantOptions tenants, TimeProvider time)
{
    private const string Register = "Register it with AddEvent.";

    private readonly MessageIdFormat _ids = new(options.MessageIdPrefix, options.MessageIdHyphens, options.MessageIdFormatter);

    /// <summary>The message and its event type; null if there were faults, all of which are then in <paramref name="faults"/>.</summary>
    public (WebhookMessage Message, EventType EventType)? Create(PublishRequest request, FaultList faults)
    {
        var eventType = request.Data is null ? ByName(request, faults) : ByData(request, faults);
        var data = request.Data is null ? CopyJson(request.JsonData, faults) : Serialise(request.Data, eventType, faults);
        var error = TenantName.Check(faults.At(nameof(PublishOptions.Tenant)), request.Options.Tenant, tenants);
        if (error is not null)
            faults.Add(error);
        var attributes = CopyAttributes(request.Options.Attributes, faults);
        if (eventType is null || data is null || error is not null || attributes is null)
            return null;
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        if (FormatId(id, faults) is not { } publicId)
            return null;
        var message = new WebhookMessage
        {
            Id = id,
            PublicId = publicId,
            Tenant = request.Options.Tenant,
            EventType = eventType.Name,
            Timestamp = (request.Options.Timestamp ?? now).ToUniversalTime(),
            TraceParent = WebhookActivities.TraceParent,
            Attributes = attributes,
            IsAddressed = request.Options is not { Subscriptions: null, Destinations: null },
            Data = data,
        };
        return (message, eventType);
    }

    /// <summary>A message of the library's own, of an event type that nobody registered.</summary>
    /// <exception cref="WebhookValidationException">The host's formatter made an id that cannot be signed.</exception>
    public WebhookMessage CreateOwn(string eventType, string? tenant, ReadOnlyMemory<byte> data)
    {
        var (now, faults) = (time.GetUtcNow(), new FaultList(many: false));
        var id = Guid.CreateVersion7(now);
        var publicId = FormatId(id, faults);
        faults.ThrowIfAny();
        return new WebhookMessage { Id = id, PublicId = publicId!, Tenant = tenant, EventType = eventType, Timestamp = now, Data = data };
    }

    /// <summary>What the host's formatter makes must be such that it can be signed.</summary>
    private string? FormatId(Guid id, FaultList faults)
    {
        var text = _ids.Format(id);
        if (text is not null && MessageIdText.IsValid(text))
            return text;
        faults.Add(new WebhookError(
            WebhookErrorCode.InvalidId, "WebhookOptions.Publishing.MessageIdFormatter",
            "The id it made is empty, longer than 256, or has characters that cannot be signed safely.", "Make visible ASCII characters without a full stop."));
        return null;
    }

    /// <summary>Names are compared exactly from here on, whatever the dictionary that was given does.</summary>
    private static ReadOnlyDictionary<string, string>? CopyAttributes(IReadOnlyDictionary<string, string> given, FaultList faults)
    {
        if (given is { Count: 0 })
            return ReadOnlyDictionary<string, string>.Empty;
        var before = faults.Count;
        var copy = given is null ? null : new Dictionary<string, string>(given, StringComparer.Ordinal).AsReadOnly();
        foreach (var error in AttributeRules.Check(faults.At(nameof(PublishOptions.Attributes)), copy))
            faults.Add(error);
        return faults.Count > before ? null : copy;
    }

    private EventType? ByName(PublishRequest request, FaultList faults)
    {
        var name = request.EventType;
        if (request.Options.EventType is { } other && !string.Equals(other, name, StringComparison.Ordinal))
        {
            faults.Add(
                WebhookErrorCode.Contradiction, nameof(request.EventType), "Two different event types are given.", "Leave PublishOptions.EventType out.");
            return null;
        }

        if (string.IsNullOrEmpty(name) || !EventTypeName.IsValid(name))
            faults.Add(EventTypeName.Error(faults.At(nameof(request.EventType)), name));
        else if (catalog.TryGet(name, out var found))
            return found;
        else
            faults.Add(WebhookErrorCode.UnknownEventType, nameof(request.EventType), $"The event type '{name}' is not registered.", Register);
        return null;
    }

    /// <summary>
    /// The data's own type decides, then the type it was given as: a base type whose contract knows its derived types, an entity behind a proxy.
    /// </summary>
    private EventType? ByData(PublishRequest request, FaultList faults)
    {
        var (type, name) = (request.Data!.GetType(), request.Options.EventType);
        var (found, isOneOfSeveral) = Find(type, name);
        if (found is null && !isOneOfSeveral)
            (found, isOneOfSeveral) = Find(request.DeclaredType!, name);
        if (found is not null)
            return found;
        if (isOneOfSeveral)
            faults.Add(
                WebhookErrorCode.Contradiction, nameof(request.EventType), $"The type {type} is the data of several event types.",
                "Say which one in PublishOptions.EventType.");
        else if (name is null)
            faults.Add(WebhookErrorCode.UnknownEventType, nameof(request.Data), $"The type {type} is not the data of a registered event type.", Register);
        else
            faults.Add(
                WebhookErrorCode.UnknownEventType, nameof(request.EventType), $"No event type of this name is registered with data of type {type}.", Register);
        return null;
    }

    /// <summary>The event type with data of this type and, if one is given, of this name; none where there are several to choose from.</summary>
    private (EventType? Found, bool IsOneOfSeveral) Find(Type type, string? name)
    {
        if (name is not null)
            return (catalog.TryGet(name, out var named) && named.DataContract?.Type == type ? named : null, false);
        var found = catalog.Find(type);
        return (found.Length == 1 ? found[0] : null, found.Length > 1);
    }

    private byte[]? Serialise(object data, EventType? eventType, FaultList faults)
    {
        if (eventType is null)
            return null;
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(data, eventType.DataContract!);
            return IsSmallEnough(bytes.Length, faults) ? bytes : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            faults.Add(
                WebhookErrorCode.InvalidJson, nameof(PublishRequest.Data), $"The data cannot be serialised: {e.Message}",
                "Publish data that System.Text.Json can write.");
            return null;
        }
    }

    private byte[]? CopyJson(ReadOnlyMemory<byte> json, FaultList faults)
    {
        // What is too large is not even read.
        if (!IsSmallEnough(json.Length, faults))
            return null;
        var copy = json.ToArray();
        if (JsonText.Problem(copy) is not { } problem)
            return copy;
        faults.Add(WebhookErrorCode.InvalidJson, nameof(PublishRequest.Data), problem, "Give one JSON value as UTF-8 (RFC 8259), without a byte order mark.");
        return null;
    }

    private bool IsSmallEnough(int length, FaultList faults)
    {
        if (length <= options.MaxBodyBytes)
            return true;
        faults.Add(
            WebhookErrorCode.BodyTooLarge, nameof(PublishRequest.Data), $"The data has {length} bytes, more than {options.MaxBodyBytes}.",
            "Publish less data, or raise Webhooks:Publishing:MaxBodyBytes.");
        return false;
    }
}
