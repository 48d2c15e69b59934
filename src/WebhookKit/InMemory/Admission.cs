namespace WebhookKit.InMemory;

/// <summary>
/// One call of enqueue: what of it is new, what is a duplicate of something known or of something earlier in the call, and whether all that is new may come in.
/// Called under the store's lock.
/// </summary>
internal sealed class Admission(StoreContents contents)
{
    private readonly List<EnqueueRequest> _accepted = [];
    private readonly Dictionary<Guid, EnqueueRequest> _byId = [];
    private readonly Dictionary<(string? Tenant, string Key), EnqueueRequest> _byKey = [];

    /// <summary>Why the whole call is refused; null if it is not.</summary>
    public WebhookException? Refusal { get; private set; }

    /// <summary>Decides on all messages of the call; nothing has come in yet.</summary>
    public EnqueueResult[] Decide(IReadOnlyList<EnqueueRequest> requests, long now)
    {
        var results = new EnqueueResult[requests.Count];
        for (var i = 0; i < results.Length && Refusal is null; i++)
            results[i] = Decide(requests[i], now);
        Refusal ??= contents.Keys.Refusal(_byKey.Count, now) ?? Full();
        return results;
    }

    /// <summary>Lets in what is new. Its deliveries are still to be.</summary>
    public Expansion Admit(long now) => new(_accepted.ConvertAll(request => contents.Accept(request, now)));

    private EnqueueResult Decide(EnqueueRequest request, long now)
    {
        var message = request.Message;
        if (contents.Messages.TryGet(message.Id, out var known))
            return Duplicate(known.Message.PublicId, known.Targets);
        if (_byId.TryGetValue(message.Id, out var first))
            return Duplicate(first.Message.PublicId, first.Targets.Count);
        if (request.Idempotency is { } key)
        {
            if (contents.Keys.Find(message.Tenant, key.Key, now) is { } stored)
                return Compare(key, stored.IsFor(key.ContentHash), stored.MessageId, stored.Targets);
            if (_byKey.TryGetValue((message.Tenant, key.Key), out first))
                return Compare(key, first.Idempotency!.ContentHash.Span.SequenceEqual(key.ContentHash.Span), first.Message.PublicId, first.Targets.Count);
            _byKey.Add((message.Tenant, key.Key), request);
        }

        _byId.Add(message.Id, request);
        _accepted.Add(request);
        return new EnqueueResult { Outcome = EnqueueOutcome.Accepted, MessageId = message.PublicId, Targets = request.Targets.Count };
    }

    private EnqueueResult Compare(IdempotencyKey key, bool same, string messageId, int targets)
    {
        if (!same)
            Refusal = new IdempotencyConflictException(key.Key, messageId);
        return Duplicate(messageId, targets);
    }

    private static EnqueueResult Duplicate(string messageId, int targets) =>
        new() { Outcome = EnqueueOutcome.Duplicate, MessageId = messageId, Targets = targets };

    private QueueFullException? Full()
    {
        var (messages, deliveries, bytes) = (0L, 0L, 0L);
        foreach (var request in _accepted.Where(request => request.Targets.Count > 0))
        {
            messages++;
            deliveries += request.Targets.Count;
            bytes += request.Message.Data.Length;
        }

        return contents.Waiting.Refusal(messages, deliveries, bytes);
    }
}
