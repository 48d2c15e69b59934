using WebhookKit.InMemory;

namespace WebhookKit.Tests.Subscriptions;

/// <summary>Holds the first readers back until all of them have read the same version.</summary>
internal sealed class RacingStore(int writers) : ISubscriptionStore
{
    private readonly InMemorySubscriptionStore _store = new();
    private readonly TaskCompletionSource _allHaveRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reads = int.MinValue;
    private int _conflicts;

    public int Conflicts => _conflicts;

    public bool AlwaysConflict { get; init; }

    public void Race() => _reads = 0;

    public async ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        var found = await _store.FindAsync(id, cancellationToken);
        var reads = Interlocked.Increment(ref _reads);
        if (reads == writers)
            _allHaveRead.SetResult();
        if (reads > 0 && reads <= writers)
            await _allHaveRead.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return found;
    }

    public async ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            return AlwaysConflict ? throw new SubscriptionConflictException(subscription.Id) : await _store.UpdateAsync(subscription, cancellationToken);
        }
        catch (SubscriptionConflictException)
        {
            Interlocked.Increment(ref _conflicts);
            throw;
        }
    }

    public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken) =>
        _store.AddAsync(subscription, cancellationToken);

    public ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken) => _store.RemoveAsync(id, cancellationToken);

    public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken) =>
        _store.ListAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken) =>
        _store.MatchAsync(events, cancellationToken);
}
