using Microsoft.Extensions.Logging;

namespace WebhookKit.Storage;

/// <summary>A row of a durable store: indexed by its outline, read as a whole when it is first asked for. One that cannot be read keeps no others.</summary>
internal sealed class CachedSubscription : SubscriptionEntry
{
    private readonly ReadOnce<Subscription> _whole;
    private int _reported;

    public CachedSubscription(SubscriptionRow row, SettingsFormat format) : this(row, format, SubscriptionOutline.Of(row))
    {
    }

    private CachedSubscription(SubscriptionRow row, SettingsFormat format, SubscriptionOutline outline)
        : base(row.Number, outline.Subscription, outline.HasTenant) =>
        // Nobody's token: the reading is shared.
        _whole = new(async () => await format.ReadAsync(row.Form, CancellationToken.None).ConfigureAwait(false) with { Version = row.Version });

    public long Version => Subscription.Version;

    /// <exception cref="WebhookStoreException">It cannot be read.</exception>
    public ValueTask<Subscription> ReadAsync(CancellationToken cancellationToken) => Subscription.Fault is { } fault
        ? throw new WebhookStoreException(fault.Fault, fault.Message, fault)
        : _whole.GetAsync(cancellationToken);

    /// <summary>
    /// All of it, or its outline with the fault where that will not mend by waiting. What may mend is thrown: a listing without secrets must not come of a key
    /// service that is away for a moment.
    /// </summary>
    public async ValueTask<Subscription> ReadOrOutlineAsync(ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException e) when (e.Fault == StoreFault.Unreadable)
        {
            if (Subscription.Fault is not null)
                return Subscription;
            if (IsFirstReport())
                logger.CannotBeSent(Subscription.Id, Version, e.Message);
            return Subscription with { Fault = e };
        }
    }

    /// <summary>Says, once, if it is one that cannot even be matched: nobody else would hear that it misses events.</summary>
    public void Report(ILogger logger)
    {
        if (Subscription.Fault is { } fault && IsFirstReport())
            logger.GetsNothing(Subscription.Id, Version, fault.Message);
    }

    private bool IsFirstReport() => Interlocked.Exchange(ref _reported, 1) == 0;
}
