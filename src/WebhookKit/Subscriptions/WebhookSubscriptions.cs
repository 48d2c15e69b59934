using Microsoft.Extensions.Logging;

namespace WebhookKit.Subscriptions;

/// <summary>Validates, completes and stores.</summary>
internal sealed class WebhookSubscriptions(
    ISubscriptionStore store, IWaitingDeliveries waiting, SubscriptionValidator validator,
    SubscriptionHeaders headers, TimeProvider time, ILogger<WebhookSubscriptions> logger)
    : IWebhookSubscriptions
{
    // Each conflict means that another change went through, so this many in a row are a store that never agrees.
    private const int MaxConflicts = 100;

    private static readonly TimeSpan DefaultOverlap = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(365);

    public async Task<Subscription> CreateAsync(Subscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var now = time.GetUtcNow();
        var needsSecret = subscription.Secrets is { Count: 0 } && headers.IsSigned(subscription);
        var complete = Complete(subscription) with
        {
            Id = subscription.Id == default ? SubscriptionId.New(time) : subscription.Id,
            Secrets = needsSecret ? WebhookSecrets.Of(WebhookSecret.Generate()) : subscription.Secrets,
            CreatedAt = now,
            UpdatedAt = now,
            Version = 0,
        };
        Validate(complete);
        try
        {
            return await store.AddAsync(complete, cancellationToken).ConfigureAwait(false);
        }
        catch (SubscriptionConflictException)
        {
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Duplicate, nameof(subscription.Id), $"There is a subscription {complete.Id} already.",
                "Leave the id out, or update the one there is."));
        }
    }

    public async Task<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken = default) =>
        await store.FindAsync(id, cancellationToken).ConfigureAwait(false);

    public async Task<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var complete = Complete(subscription);
        Validate(complete);
        var stored = await store.FindAsync(subscription.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new SubscriptionConflictException(subscription.Id);
        if (!string.Equals(stored.Tenant, subscription.Tenant, StringComparison.Ordinal))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Contradiction, nameof(subscription.Tenant), "A subscription cannot change its tenant.",
                "Create another one for the other tenant."));
        var updated = await store.UpdateAsync(
            complete with { CreatedAt = stored.CreatedAt, UpdatedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
        if (updated.Status != stored.Status)
            await FollowAsync(updated.Id, updated.Status).ConfigureAwait(false);
        return updated;
    }

    public async Task<Subscription?> RotateSecretAsync(
        SubscriptionId id, WebhookSecret? next = null, TimeSpan? overlap = null, CancellationToken cancellationToken = default)
    {
        var period = overlap ?? DefaultOverlap;
        if (period < TimeSpan.Zero || period > LongestOverlap)
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.OutOfRange, nameof(overlap), $"{period} is out of range.", "Use zero to 365 days."));
        next ??= WebhookSecret.Generate();
        return await ChangeAsync(id, s => Rotate(s, next, period), cancellationToken).ConfigureAwait(false);
    }

    public async Task<Subscription?> SetStatusAsync(
        SubscriptionId id, SubscriptionStatus status, string? reason = null, CancellationToken cancellationToken = default)
    {
        if (SubscriptionValidator.CheckStatus(status, reason) is { Count: > 0 } errors)
            throw new WebhookValidationException(errors);
        var stored = await ChangeAsync(id, Set, cancellationToken).ConfigureAwait(false);
        // Also where nothing was changed: an earlier call may have ended between the change and this.
        if (stored is not null)
            await FollowAsync(id, stored.Status).ConfigureAwait(false);
        return stored;

        Subscription Set(Subscription s) => s.Status == status && (reason is null || string.Equals(reason, s.StatusReason, StringComparison.Ordinal))
            ? s
            : s with { Status = status, StatusReason = reason };
    }

    /// <summary>Activates a subscription that is paused; any other stays as it is. Null if there is none.</summary>
    public async Task<Subscription?> ResumeAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        var stored = await ChangeAsync(
            id, s => s.Status == SubscriptionStatus.Paused ? s with { Status = SubscriptionStatus.Active, StatusReason = null } : s, cancellationToken)
            .ConfigureAwait(false);
        // Also where it was active: an earlier call may have ended between the change and this.
        if (stored is { Status: SubscriptionStatus.Active })
            await FollowAsync(id, stored.Status).ConfigureAwait(false);
        return stored;
    }

    public async Task<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken = default)
    {
        var removed = await store.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        if (removed)
            await FollowAsync(id, status: null).ConfigureAwait(false);
        return removed;
    }

    public async Task<Page<Subscription>> ListAsync(SubscriptionQuery? query = null, CancellationToken cancellationToken = default) =>
        await store.ListAsync(query ?? new SubscriptionQuery(), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Disables a subscription for a reason, unless it is gone, neither active nor paused, or has another URL by now; whether this call did it.
    /// </summary>
    public Task<bool> DisableAsync(Subscription asked, string reason, CancellationToken cancellationToken) => ChangeStatusAsync(
        asked, s => s.Status is SubscriptionStatus.Active or SubscriptionStatus.Paused, SubscriptionStatus.Disabled, reason, cancellationToken);

    /// <summary>
    /// Pauses a subscription that keeps order without a gap, for a reason, unless it is gone, not active, or has another URL or order by now; whether this
    /// call did it.
    /// </summary>
    public Task<bool> PauseAsync(Subscription asked, string reason, CancellationToken cancellationToken) => ChangeStatusAsync(
        asked, s => s.Status == SubscriptionStatus.Active && s.Order == DeliveryOrder.BlockOnExhausted, SubscriptionStatus.Paused, reason, cancellationToken);

    /// <summary>What an answer led to counts for the URL that gave it only.</summary>
    private async Task<bool> ChangeStatusAsync(
        Subscription asked, Func<Subscription, bool> applies, SubscriptionStatus status, string reason, CancellationToken cancellationToken)
    {
        var changed = false;
        await ChangeAsync(asked.Id, Change, cancellationToken).ConfigureAwait(false);
        return changed;

        Subscription Change(Subscription s)
        {
            changed = applies(s) && string.Equals(s.Url, asked.Url, StringComparison.Ordinal);
            return changed ? s with { Status = status, StatusReason = reason } : s;
        }
    }

    /// <summary>
    /// Has what waits follow a change that is stored: cancelled where the subscription is inactive or, with no status, removed; then looked at again. Should it
    /// fail, the change is made all the same: what is not cancelled here is cancelled at its turn, and a paused lane is looked at every minute.
    /// </summary>
    private async Task FollowAsync(SubscriptionId id, SubscriptionStatus? status)
    {
        if (status is null or SubscriptionStatus.Inactive)
        {
            try
            {
                await waiting.CancelAsync(id).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                logger.CancelFailed(e, id);
            }
        }

        try
        {
            await waiting.WakeAsync(id).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.WakeFailed(e, id);
        }
    }

    /// <summary>Reads, changes and stores again until nobody came in between; null if the subscription is gone.</summary>
    private async Task<Subscription?> ChangeAsync(SubscriptionId id, Func<Subscription, Subscription> change, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            if (await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored)
                return null;
            var changed = change(stored);
            if (ReferenceEquals(changed, stored))
                return stored;
            try
            {
                return await store.UpdateAsync(changed with { UpdatedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
            }
            catch (SubscriptionConflictException) when (conflicts < MaxConflicts)
            {
                // Somebody came in between: change what is there now.
            }
        }
    }

    private Subscription Rotate(Subscription subscription, WebhookSecret next, TimeSpan overlap)
    {
        if (next.Equals(subscription.Secrets.FirstOrDefault()))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Duplicate, nameof(subscription.Secrets), "The new secret is the current one.",
                "Give another, or none to have one generated."));
        var rotated = subscription with { Secrets = subscription.Secrets.Rotate(next, time.GetUtcNow(), overlap) };
        var errors = headers.Check(rotated);
        return errors.Count == 0 ? rotated : throw new WebhookValidationException(errors);
    }

    private static Subscription Complete(Subscription subscription)
    {
        var copy = SubscriptionCopy.Of(subscription);
        return SubscriptionValidator.HasReason(copy.Status) ? copy : copy with { StatusReason = null };
    }

    private void Validate(Subscription subscription)
    {
        var errors = validator.Check(subscription);
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);
    }
}
