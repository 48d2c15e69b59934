using WebhookKit.Messages;
using WebhookKit.Subscriptions;

namespace WebhookKit.Publishing;

/// <summary>
/// The hash of all that makes a publish what it is: two publishes of one idempotency key are the same if these are. The ids and times that a publish is given
/// are no part of it. Stores keep it for days, so nodes of different versions must agree on it.
/// </summary>
internal static class ContentHash
{
    public static byte[] Of(WebhookMessage message, PublishOptions options)
    {
        using var hash = new Fingerprint();
        hash.Add(message.Tenant);
        hash.Add(message.EventType);
        hash.Add(message.Data.Span);
        hash.AddNumber(options.Timestamp?.UtcTicks ?? -1);
        hash.AddNumber(message.Attributes.Count);
        foreach (var (name, value) in message.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            hash.Add(name);
            hash.Add(value);
        }

        // Who is named, not in which order or how often.
        AddSet(hash, options.Subscriptions?.Select(s => s.Value.ToString("N")));
        AddSet(hash, options.Destinations?.Select(Describe));
        return hash.ToBytes();
    }

    private static void AddSet(Fingerprint hash, IEnumerable<string>? texts)
    {
        string[]? all = texts is null ? null : [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        hash.AddNumber(all?.Length ?? -1);
        foreach (var text in all ?? [])
            hash.Add(text);
    }

    private static string Describe(WebhookDestination destination)
    {
        using var hash = new Fingerprint();
        DestinationIdentity.Describe(hash, destination);
        return Convert.ToHexString(hash.ToBytes());
    }
}
