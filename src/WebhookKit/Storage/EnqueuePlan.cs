namespace WebhookKit.Storage;

/// <summary>
/// One call of enqueue: what of it is new, what is a duplicate of something known or of something earlier in the call, and whether it is refused. Nothing is
/// stored by it.
/// </summary>
/// <param name="findMessage">What the store knows of a message's id.</param>
/// <param name="findKey">What the store knows of a tenant's idempotency key that has not expired.</param>
internal sealed class EnqueuePlan(Func<Guid, KnownMessage?> findMessage, Func<string?, string, KnownKey?> findKey)
{
    private List<EnqueueRequest> _accepted = [];

    // Of what came earlier in the call; a call of one message has nothing earlier.
    private Dictionary<Guid, EnqueueRequest>? _byId;
    private Dictionary<(string? Tenant, string Key), EnqueueRequest>? _byKey;

    /// <summary>What is new, in the order of the call.</summary>
    public IReadOnlyList<EnqueueRequest> Accepted => _accepted;

    /// <summary>How many keys are new.</summary>
    public int NewKeys => _byKey?.Count ?? 0;

    /// <summary>Why the whole call is refused; null if it is not.</summary>
    public IdempotencyConflictException? Conflict { get; private set; }

    /// <summary>Decides on all messages of the call. Where there is a conflict, the answers are of no use.</summary>
    public EnqueueResult[] Decide(IReadOnlyList<EnqueueRequest> requests)
    {
        var results = new EnqueueResult[requests.Count];
        _accepted = new List<EnqueueRequest>(results.Length);
        if (results.Length > 1)
            _byId = [];
        for (var i = 0; i < results.Length && Conflict is null; i++)
            results[i] = Decide(requests[i]);
        return results;
    }

    private EnqueueResult Decide(EnqueueRequest request)
    {
        var message = request.Message;
        if (findMessage(message.Id) is { } known)
            return Duplicate(known.PublicId, known.Targets);
        if (_byId is not null && _byId.TryGetValue(message.Id, out var first))
            return Duplicate(first.Message.PublicId, first.Targets.Count);
        if (request.Idempotency is { } key)
        {
            if (findKey(message.Tenant, key.Key) is { } stored)
                return Compare(key, stored.ContentHash, stored.MessageId, stored.Targets);
            _byKey ??= [];
            if (_byKey.TryGetValue((message.Tenant, key.Key), out first))
                return Compare(key, first.Idempotency!.ContentHash, first.Message.PublicId, first.Targets.Count);
            _byKey.Add((message.Tenant, key.Key), request);
        }

        _byId?.Add(message.Id, request);
        _accepted.Add(request);
        return new EnqueueResult { Outcome = EnqueueOutcome.Accepted, MessageId = message.PublicId, Targets = request.Targets.Count };
    }

    private EnqueueResult Compare(IdempotencyKey key, ReadOnlyMemory<byte> contentHash, string messageId, int targets)
    {
        if (!key.ContentHash.Span.SequenceEqual(contentHash.Span))
            Conflict = new IdempotencyConflictException(key.Key, messageId);
        return Duplicate(messageId, targets);
    }

    private static EnqueueResult Duplicate(string messageId, int targets) =>
        new() { Outcome = EnqueueOutcome.Duplicate, MessageId = messageId, Targets = targets };
}
