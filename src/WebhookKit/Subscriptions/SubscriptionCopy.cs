using System.Collections.ObjectModel;

namespace WebhookKit.Subscriptions;

/// <summary>
/// Copies a subscription, or an ad hoc destination, with its collections, so that what is checked is what is stored, whatever the caller does to its lists and
/// dictionaries later. What is null though it must not be stays null, for the validator to name.
/// </summary>
internal static class SubscriptionCopy
{
    public static Subscription Of(Subscription s) => s with
    {
        Events = s.Events is null ? null! : [.. s.Events],
        Filter = s.Filter is null ? null! : [.. s.Filter.Select(Of)],
        Schemes = s.Schemes is null ? null : [.. s.Schemes],
        Headers = Copy(s.Headers),
        RetryByEventType = Copy(s.RetryByEventType),
        Metadata = Copy(s.Metadata),
    };

    public static WebhookDestination Of(WebhookDestination d) => d with
    {
        Schemes = d.Schemes is null ? null : [.. d.Schemes],
        Headers = Copy(d.Headers),
        Metadata = Copy(d.Metadata),
    };

    private static AttributeCondition Of(AttributeCondition c) => c?.Values is null ? c! : c with { Values = [.. c.Values] };

    private static ReadOnlyDictionary<string, T> Copy<T>(IReadOnlyDictionary<string, T>? values) =>
        values is null ? null! : new Dictionary<string, T>(values, StringComparer.Ordinal).AsReadOnly();
}
