namespace WebhookKit.Subscriptions;

/// <summary>
/// Makes ad hoc destinations of what a publisher gave: copied, so that what is checked is what is stored, and held to the rules of subscriptions.
/// </summary>
internal sealed class DestinationFactory(SubscriptionValidator validator)
{
    /// <summary>The destination; null if it has faults. Those are in <paramref name="errors"/>, each with its field below <paramref name="field"/>.</summary>
    /// <param name="tenant">The tenant it belongs to.</param>
    /// <param name="eventType">The type of the event that goes there, which may decide the envelope; null if that is not known.</param>
    /// <param name="given">What the publisher gave.</param>
    /// <param name="field">The field it was given in.</param>
    /// <param name="errors">Its faults.</param>
    public StoredDestination? Create(
        string? tenant, EventType? eventType, WebhookDestination? given, string field, out IReadOnlyList<WebhookError> errors)
    {
        if (given is null)
        {
            errors = [new(WebhookErrorCode.Required, field, "The destination is null.", "Leave it out.")];
            return null;
        }

        var destination = new StoredDestination { Id = default, Tenant = tenant, Settings = SubscriptionCopy.Of(given) };
        var toCheck = destination.ToSubscription() with { Events = eventType is null ? [] : [EventPattern.Parse(eventType.Name)] };
        errors = [.. validator.CheckSending(toCheck).Select(e => e with { Field = $"{field}.{e.Field}" })];
        return errors.Count > 0 ? null : destination with { Id = DestinationIdentity.IdOf(tenant, destination.Settings) };
    }
}
