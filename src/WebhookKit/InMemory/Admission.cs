using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>One call of enqueue: decides on it, and lets in what is new. Called under the store's lock.</summary>
internal sealed class Admission(StoreContents contents)
{
    private IReadOnlyList<EnqueueRequest> _accepted = [];

    /// <summary>Why the whole call is refused; null if it is not.</summary>
    public WebhookException? Refusal { get; private set; }

    /// <summary>Decides on all messages of the call; nothing has come in yet.</summary>
    public EnqueueResult[] Decide(IReadOnlyList<EnqueueRequest> requests, long now)
    {
        var plan = new EnqueuePlan(
            id => contents.Messages.TryGet(id, out var known) ? new KnownMessage(known.Message.PublicId, known.Targets) : null,
            (tenant, key) => contents.Keys.Find(tenant, key, now)?.ToKnown());
        var results = plan.Decide(requests);
        _accepted = plan.Accepted;
        Refusal = plan.Conflict ?? (WebhookException?)contents.Keys.Refusal(plan.NewKeys, now) ?? Full();
        return results;
    }

    /// <summary>Lets in what is new. Its deliveries are still to be.</summary>
    public Expansion Admit(long now) => new([.. _accepted.Select(request => contents.Accept(request, now))]);

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
