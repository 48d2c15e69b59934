namespace WebhookKit.Sqlite.Queue;

/// <summary>One call of enqueue: decides on it, and stores what is new. A large fan-out is expanded in part; the rest is pending.</summary>
/// <param name="contents">What the store holds.</param>
/// <param name="destinations">The forms of ad hoc destinations; one that is not here is in the file.</param>
/// <param name="now">The store's time.</param>
internal sealed class Admission(Contents contents, IReadOnlyDictionary<DestinationId, SettingsForm> destinations, long now)
{
    private const int ExpandedAtOnce = 1_000;
    private readonly List<long> _pending = [];

    /// <summary>The messages that are accepted and have targets left to expand.</summary>
    public IReadOnlyList<long> Pending => _pending;

    /// <exception cref="IdempotencyConflictException">A key was used for other content; nothing of the call may be kept.</exception>
    public EnqueueResult[] Admit(IReadOnlyList<EnqueueRequest> requests)
    {
        var plan = new EnqueuePlan(
            id => contents.Messages.Find(id) is { } known ? new KnownMessage(known.PublicId, known.Targets) : null,
            (tenant, key) => contents.Keys.Find(tenant, key, now));
        var results = plan.Decide(requests);
        if (plan.Conflict is { } conflict)
            throw conflict;
        if (plan.NewKeys > 0)
            contents.Keys.RemoveExpired(plan.NewKeys, now);
        var left = ExpandedAtOnce;
        foreach (var request in plan.Accepted)
            left -= Store(request, left);
        return results;
    }

    private int Store(EnqueueRequest request, int most)
    {
        var message = contents.Messages.Add(request, now);
        if (request.Idempotency is not null)
            contents.Keys.Add(request, now);
        foreach (var group in request.Targets.Where(target => target.Destination is not null).GroupBy(target => target.Destination!.Id))
        {
            if (destinations.TryGetValue(group.Key, out var form))
                contents.Destinations.Add(group.Key, form, group.Count());
            else
                contents.Destinations.Count(group.Key, group.Count());
        }

        var count = Math.Min(most, request.Targets.Count);
        contents.Expand(message, now, request.Targets.Take(count).Select(PendingTarget.Of));
        if (count < request.Targets.Count)
        {
            contents.Pending.Add(message, request.Targets, count);
            _pending.Add(message);
        }

        return count;
    }
}
