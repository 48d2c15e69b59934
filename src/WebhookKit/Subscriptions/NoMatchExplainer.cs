namespace WebhookKit.Subscriptions;

/// <summary>Says why an event, published or only thought of, matches nothing.</summary>
internal sealed class NoMatchExplainer(ISubscriptionStore store)
{
    // So that a question about a tenant with a great many costs a bounded time.
    private const int MaxExamined = 10_000;
    private const int PageSize = 1000;

    /// <summary>Reads the subscriptions of the event's tenant, the oldest 10,000 at the most, and says of each that does not match why.</summary>
    public async Task<NoMatchExplanation> ExplainAsync(EventToMatch e, CancellationToken cancellationToken)
    {
        var (examined, isCutOff) = await ReadAsync(e.Tenant, cancellationToken).ConfigureAwait(false);
        return NoMatchRules.Explain(e, examined, isCutOff);
    }

    /// <summary>The subscriptions of a tenant, the oldest 10,000 at the most, and whether there are more.</summary>
    public async Task<(IReadOnlyList<Subscription> Examined, bool IsCutOff)> ReadAsync(string? tenant, CancellationToken cancellationToken)
    {
        var examined = new List<Subscription>();
        string? next = null;
        do
        {
            var query = new SubscriptionQuery { Tenant = tenant, Limit = PageSize, Continuation = next };
            var page = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
            examined.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null && examined.Count < MaxExamined);
        return (examined, next is not null);
    }
}
