namespace WebhookKit;

/// <summary>
/// Where subscriptions are kept. A host may keep them in its own database; the default keeps them in memory.
/// Records are already validated when they come here, except for what only the store can know: that the version is the current one.
/// </summary>
/// <remarks>A change that returned takes effect for the very next match, on every node.</remarks>
public interface ISubscriptionStore
{
    /// <summary>Reads one; null if there is none.</summary>
    ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken);

    /// <summary>Adds one with version 1 and answers with it as stored.</summary>
    /// <exception cref="SubscriptionConflictException">The id is taken.</exception>
    ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken);

    /// <summary>Replaces the one with the same id and version, and answers with it under its next version.</summary>
    /// <exception cref="SubscriptionConflictException">It has another version by now, or is gone.</exception>
    ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken);

    /// <summary>Removes one; false if there is none.</summary>
    ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken);

    /// <summary>Lists subscriptions in the order in which they were created.</summary>
    /// <exception cref="WebhookValidationException">The limit is out of range or the continuation is not one this store gave.</exception>
    ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Finds who gets each event: active and paused subscriptions of exactly its tenant with a pattern that matches and a filter that accepts the event's
    /// attributes, each once: those of which <see cref="Subscription.Matches"/> is true. One list for each event, in its order; it does not change later.
    /// The cost should grow with the matches of the patterns, not with the number of subscriptions.
    /// </summary>
    ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken);
}
