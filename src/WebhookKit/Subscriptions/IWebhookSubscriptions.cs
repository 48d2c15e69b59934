namespace WebhookKit;

/// <summary>
/// Manages subscriptions: everything is validated, with all faults at once, before it is stored. Every change takes effect for the very next publish, and
/// for deliveries that already wait when they are sent. Where a subscription becomes inactive or is removed, what waits for it is cancelled at once, in batches
/// of 500, also what is being sent at this moment, unless the receiver accepts it. Where it becomes disabled, what waits is dead-lettered at its turn.
/// </summary>
public interface IWebhookSubscriptions
{
    /// <summary>Creates a subscription and answers with it as stored, with its id and, if it was given none but needs one, its generated secret.</summary>
    /// <exception cref="WebhookValidationException">The subscription is faulty, every fault is listed; or its id is taken. Nothing was stored.</exception>
    Task<Subscription> CreateAsync(Subscription subscription, CancellationToken cancellationToken = default);

    /// <summary>Reads a subscription; null if there is none.</summary>
    Task<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken = default);

    /// <summary>Replaces a subscription that was read before and changed: <c>subscription with { … }</c>. Id, tenant and time of creation stay.</summary>
    /// <exception cref="WebhookValidationException">The subscription is faulty; every fault is listed. Nothing was stored.</exception>
    /// <exception cref="SubscriptionConflictException">It was changed or removed since it was read.</exception>
    Task<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a subscription a new current secret. The old ones keep signing beside it during the overlap, so that the receiver can change over; a scheme
    /// with room for one signature only, such as a plain HMAC, signs with the new one at once.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="next">The new secret; null generates one.</param>
    /// <param name="overlap">How long the old secrets stay valid; null is 24 hours, zero ends them at once.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The subscription as stored; null if there is none.</returns>
    /// <exception cref="WebhookValidationException">
    /// The secret is the current one or does not fit the subscription's schemes, ten are valid already, or the overlap is not from zero to 365 days.
    /// </exception>
    /// <exception cref="SubscriptionConflictException">Others kept changing the subscription at the same time.</exception>
    Task<Subscription?> RotateSecretAsync(
        SubscriptionId id, WebhookSecret? next = null, TimeSpan? overlap = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets what a subscription takes: activates, pauses, deactivates or disables it. What waits for it is cancelled at once if it becomes inactive, and is
    /// looked at again at once otherwise; what is dead-lettered because it is disabled is so at its turn. Called again it changes nothing, so it is safe to
    /// repeat.
    /// </summary>
    /// <param name="id">The subscription.</param>
    /// <param name="status">Its new status.</param>
    /// <param name="reason">
    /// Why, for people; only where it is paused or disabled. Null keeps the reason there is if the status stays, and is none otherwise. At most 1,024
    /// characters.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for the store; once the change is stored, what waits follows it all the same.</param>
    /// <returns>The subscription as stored; null if there is none.</returns>
    /// <exception cref="WebhookValidationException">
    /// The status is unknown, or the reason is too long or given for a status that has none; all faults are named. Nothing was stored.
    /// </exception>
    /// <exception cref="SubscriptionConflictException">Others kept changing the subscription at the same time.</exception>
    Task<Subscription?> SetStatusAsync(
        SubscriptionId id, SubscriptionStatus status, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a subscription; false if there is none. Deliveries that wait for it are cancelled at once; the log stays.</summary>
    Task<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken = default);

    /// <summary>Lists subscriptions, oldest first, in pages.</summary>
    /// <exception cref="WebhookValidationException">
    /// The limit is out of range, the continuation is not one of a listing, or one tenant and all are asked for; every fault is listed.
    /// </exception>
    Task<Page<Subscription>> ListAsync(SubscriptionQuery? query = null, CancellationToken cancellationToken = default);
}
