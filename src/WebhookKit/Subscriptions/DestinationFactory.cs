namespace WebhookKit.Subscriptions;

/// <summary>
/// Makes ad hoc destinations of what a publisher gave: copied, so that what is checked is what is stored, and held to the rules of subscriptions.
/// </summary>
internal sealed class DestinationFactory(SubscriptionValidator validator)
{
    /// <summary>The destination; null if it has faults. Those are in <paramref name="errors"/>, each with its field below <paramref name="field"/>.</summary>
    public StoredDestination? Create(string? tenant, WebhookDestination? given, string field, out IReadOnlyList<WebhookError> errors)
    {
        if (given is null)
        {
            errors = [new(WebhookErrorCode.Required, field, "The destination is null.", "Leave it out.")];
            return null;
        }

        var destination = new StoredDestination { Id = default, Tenant = tenant, Settings = SubscriptionCopy.Of(given) };
        errors = [.. validator.CheckSending(destination.ToSubscription()).Select(e => e with { Field = $"{field}.{e.Field}" })];
        return errors.Count > 0 ? null : destination with { Id = DestinationIdentity.IdOf(tenant, destination.Settings) };
    }
}
