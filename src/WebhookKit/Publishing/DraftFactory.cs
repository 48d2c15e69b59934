using WebhookKit.Messages;
using WebhookKit.Subscriptions;

namespace WebhookKit.Publishing;

/// <summary>Makes drafts of what publishers gave. Everything of theirs is copied or serialised here, before the first wait. Collects faults.</summary>
internal sealed class DraftFactory(MessageFactory messages, DestinationFactory destinations, PublishingOptions settings)
{
    /// <summary>How many subscriptions, and how many destinations, an event may name.</summary>
    public const int MaxAddressees = 1000;

    private const int MaxKey = 256;

    /// <summary>The draft; null if there were faults, all of which are then in <paramref name="faults"/>.</summary>
    public PublishDraft? Create(PublishRequest request, FaultList faults)
    {
        var before = faults.Count;
        var options = request.Options;
        var made = messages.Create(request, faults);
        CheckKey(options.IdempotencyKey, faults);
        CheckCount(nameof(options.Subscriptions), options.Subscriptions?.Count, faults);
        var adHoc = CheckCount(nameof(options.Destinations), options.Destinations?.Count, faults) ? Destinations(options, made?.EventType, faults) : [];
        if (made is not var (message, eventType) || faults.Count > before)
            return null;
        return new PublishDraft
        {
            Message = message,
            Event = new EventToMatch
            {
                Tenant = message.Tenant, EventType = message.EventType, Group = eventType.Group, Attributes = message.Attributes,
            },
            Idempotency = options.IdempotencyKey is null ? null : new IdempotencyKey
            {
                Key = options.IdempotencyKey, ContentHash = ContentHash.Of(message, options), Lifetime = settings.IdempotencyLifetime,
            },
            Destinations = adHoc,
            Explain = options.ExplainNoMatch,
        };
    }

    private static void CheckKey(string? key, FaultList faults)
    {
        const string field = nameof(PublishOptions.IdempotencyKey);
        if (key is { Length: 0 })
            faults.Add(WebhookErrorCode.Required, field, "The idempotency key is empty.", "Use null for none.");
        else if (key is not null && PlainText.Check(faults.At(field), "The idempotency key", key, MaxKey) is { } error)
            faults.Add(error);
    }

    private static bool CheckCount(string field, int? count, FaultList faults)
    {
        if (count is not > MaxAddressees)
            return true;
        faults.Add(WebhookErrorCode.OutOfRange, field, $"{count} are named, more than {MaxAddressees}.", "Publish to whoever subscribes, or in parts.");
        return false;
    }

    private List<StoredDestination> Destinations(PublishOptions options, EventType? eventType, FaultList faults)
    {
        var made = new List<StoredDestination>();
        for (var i = 0; i < options.Destinations?.Count; i++)
        {
            var field = faults.At($"{nameof(options.Destinations)}[{i}]");
            var destination = destinations.Create(options.Tenant, eventType?.Name, options.Destinations[i], field, out var errors);
            foreach (var error in errors)
                faults.Add(error);
            if (destination is not null && !made.Exists(d => d.Id == destination.Id))
                made.Add(destination);
        }

        return made;
    }
}
