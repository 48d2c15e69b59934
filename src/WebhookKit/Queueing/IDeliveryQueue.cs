namespace WebhookKit;

/// <summary>
/// The queue of deliveries: batches in, per-item results out. Workers lease <em>lanes</em>, not deliveries.
/// </summary>
/// <remarks>
/// <para>
/// A lane has one number that says when it may be leased, "not before": the due time of its earliest delivery while it is free (or the end of a hold, if
/// that is later), the end of the lease while it is held (or the end of a hold that keeps order, if that is later), never while nothing waits in it. An
/// expired lease therefore makes the lane due by itself: a crash needs no sweeper.
/// </para>
/// <para>
/// The store's clock decides. Durations go in; the absolute times that come out are the store's own and are only compared with each other.
/// </para>
/// <para>
/// Every method may be called concurrently. A cancellation token ends waiting, and may end work that had no effect yet;
/// it never hides a lease that was granted.
/// Calls end in bounded time. A call that failed may have taken effect: enqueue, settle, renew, release, wake, cancel, and a redelivery that is asked for
/// once may be repeated as they were.
/// </para>
/// </remarks>
public interface IDeliveryQueue
{
    /// <summary>
    /// Stores messages with their deliveries: all of the call, or nothing. Returning means accepted, to the store's level of durability.
    /// A message whose id is known already, or stands in the call twice, is answered as a duplicate and adds nothing, its key included; so is one whose
    /// idempotency key was used for the same content before, or earlier in the call.
    /// </summary>
    /// <exception cref="ArgumentException">A request is malformed, which repeating will not mend. Nothing was stored.</exception>
    /// <exception cref="QueueFullException">The store has a bound and is full. Nothing was stored.</exception>
    /// <exception cref="IdempotencyConflictException">An idempotency key was used for other content. Nothing was stored.</exception>
    ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken);

    /// <summary>Leases lanes that are due, those longest due first, with their first deliveries; waits for one if none is due.</summary>
    /// <remarks>
    /// A lane whose lease expired gives one delivery alone. One that was alone at three expiries in a row is dead-lettered as
    /// <see cref="DeadReason.Suspect"/> by the call that comes upon the third, and stands in that call's <see cref="LeaseResult.Suspects"/>; the call answers
    /// then without waiting further, even if it leases nothing. It is the worker's to tell of it.
    /// </remarks>
    ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Gives further due deliveries of held lanes, never one named as in flight; one result for each request, in its order. What was given out earlier
    /// under the lease, is not settled and is not named may come again. Of those named it tells which have ended.
    /// </summary>
    ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken);

    /// <summary>Settles deliveries and logs their attempts in one transaction; one result for each settlement, in its order.</summary>
    /// <exception cref="ArgumentException">A settlement is malformed, which repeating will not mend; found before anything of the call was written.</exception>
    ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken);

    /// <summary>Prolongs leases, never shortens them; one result for each renewal, in its order.</summary>
    ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the hold of lanes: what is due in them can be leased at once. A lane that is held stays with its holder, and a hold that this holder gives at
    /// release does not count: it was decided before. The lane record keeps that mark until the next lease. Unknown lanes are ignored.
    /// </summary>
    ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken);

    /// <summary>
    /// Adds further deliveries of messages that are known, due at once with the trigger <see cref="AttemptTrigger.Manual"/>, in one transaction; one result for
    /// each, in its order. They are decided one after the other, so that each sees those before it in the call. A new delivery's age counts from now.
    /// </summary>
    /// <exception cref="QueueFullException">The store has a bound and is full. Nothing was stored.</exception>
    ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels deliveries that wait, whoever holds their lanes, in one transaction; one result for each, in its order. A lane is left as if the delivery had
    /// not been in it: neither under suspicion nor held for its sake. What a worker has in its stock may still be started for a second: before it starts
    /// what it last heard of earlier than that, it asks with a refill.
    /// </summary>
    ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels deliveries of one message that wait, at most <paramref name="limit"/>, in one transaction, as <see cref="CancelAsync"/> does. Those that are
    /// still to be made of its targets wait too: they come first, and are logged as cancelled like the others; then the newest, so that nothing moves up in a
    /// lane that keeps its order.
    /// </summary>
    /// <param name="messageId">The message, by the id that receivers see. If it is unknown, nothing is cancelled.</param>
    /// <param name="limit">How many at the most; at least one.</param>
    /// <param name="cancellationToken">Ends it before it has an effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than one.</exception>
    ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken);

    /// <summary>Gives lanes back. A lane whose token is no longer the current one is left alone.</summary>
    ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken);
}
