namespace WebhookKit.Storage;

/// <summary>
/// All subscriptions of a durable store in this process's memory: indexed for matching, their secrets read when one is first asked for. The store feeds it
/// with every change, and asks it only when it knows it to be current. Safe for concurrent use.
/// </summary>
internal sealed class SubscriptionCache(SettingsFormat format)
{
    private readonly Lock _lock = new();
    private readonly SubscriptionTable<CachedSubscription> _table = new();

    /// <summary>
    /// Takes a row that was added or changed. One that is not newer than what it has is ignored, by number and version. One that cannot be read, since it is
    /// damaged or of a newer library, does not keep the others: it matches nothing, one line of the log says so, and who asks for it hears why.
    /// </summary>
    public void Put(SubscriptionRow row)
    {
        lock (_lock)
        {
            if (_table.TryGet(row.Id, out var known) && (known.Number, known.Version).CompareTo((row.Number, row.Version)) >= 0)
                return;
        }

        var entry = new CachedSubscription(row, format);
        lock (_lock)
        {
            if (_table.TryGet(row.Id, out var known) && (known.Number, known.Version).CompareTo((row.Number, row.Version)) >= 0)
                return;
            _table.Put(entry);
        }

        entry.Report(format.Logger);
    }

    /// <summary>A subscription was removed.</summary>
    public void Remove(SubscriptionId id)
    {
        lock (_lock)
            _table.Remove(id);
    }

    /// <summary>Forgets everything, to be fed anew.</summary>
    public void Clear()
    {
        lock (_lock)
            _table.Clear();
    }

    /// <summary>Reads one; null if there is none.</summary>
    /// <exception cref="WebhookStoreException">
    /// <see cref="StoreFault.Unreadable"/>, or what the host's protector came to; it is tried again next time.
    /// </exception>
    public async ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CachedSubscription? entry;
        lock (_lock)
            _table.TryGet(id, out entry);
        return entry is null ? null : await entry.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// As <see cref="ISubscriptionStore.ListAsync"/>. Those that cannot be read come with what can be, and their <see cref="Subscription.Fault"/>; those whose
    /// tenant cannot be read come only where all tenants are asked for.
    /// </summary>
    /// <exception cref="WebhookStoreException">The host's protector failed for now.</exception>
    public async ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var after = SubscriptionTable<CachedSubscription>.Check(query);
        Page<CachedSubscription> page;
        lock (_lock)
            page = _table.List(query, after);
        var items = new Subscription[page.Items.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = await page.Items[i].ReadOrOutlineAsync(format.Logger, cancellationToken).ConfigureAwait(false);
        return new(items, page.Next);
    }

    /// <summary>As <see cref="ISubscriptionStore.MatchAsync"/>.</summary>
    public IReadOnlyList<IReadOnlyList<SubscriptionId>> Match(IReadOnlyList<EventToMatch> events)
    {
        lock (_lock)
            return _table.Match(events);
    }
}
