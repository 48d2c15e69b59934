using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Reads one page of deliveries, newest first.</summary>
internal sealed class DeliveryScan : ILogScan
{
    private const int StepLength = 4_096;

    private readonly DeliveryQuery _query;
    private readonly long _before;
    private readonly List<DeliveryRecord> _found = [];
    private StoredDelivery? _at;
    private bool _started;
    private bool _more;

    /// <exception cref="WebhookValidationException">The tenant, the limit or the continuation is not valid.</exception>
    public DeliveryScan(DeliveryQuery query)
    {
        var faults = new QueryFaults(nameof(DeliveryQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        _before = faults.ReadPage(query.Limit, query.Continuation);
        faults.ThrowIfAny();
        _query = query;
    }

    public Page<DeliveryRecord> ToPage() => new(_found, _more ? QueryFaults.After(_found[^1].Id.Value) : null);

    public bool Step(StoreContents contents, StoreClock clock, long now)
    {
        if (!_started)
            Start(contents);
        for (var steps = 0; _at is not null && !_more && steps < StepLength; steps++)
        {
            Read(_at, clock);
            _at = _query.MessageId is null ? _at.InLog.Older : _at.InMessage.Older;
        }

        return _more || _at is null;
    }

    private void Start(StoreContents contents)
    {
        _started = true;
        contents.Deliveries.TryGet(_before, out var last);
        if (_query.MessageId is not { } publicId)
            _at = last is null ? contents.Deliveries.Newest : last.InLog.Older;
        else if (contents.Messages.TryGet(publicId, out var message))
            _at = last?.Message == message ? last.InMessage.Older : message.Deliveries.Newest;
    }

    private void Read(StoredDelivery delivery, StoreClock clock)
    {
        if (delivery.Forgotten || delivery.Id >= _before || !Matches(delivery, clock))
            return;
        if (_found.Count == _query.Limit)
            _more = true;
        else
            _found.Add(delivery.ToRecord(clock));
    }

    private bool Matches(StoredDelivery delivery, StoreClock clock) =>
        LogFilter.IsOf(delivery.Message, _query.AllTenants, _query.Tenant, _query.EventType)
        && (_query.Status is not { } status || delivery.Status == status)
        && (_query.Subscription is not { } subscription || delivery.Recipient.Subscription == subscription)
        && (_query.Destination is not { } destination || delivery.Recipient.Destination?.Id == destination)
        && (_query.DeadReason is not { } reason || delivery.DeadReason == reason)
        && (_query.LastOutcome is not { } outcome || delivery.Attempts?.Latest.Outcome == outcome)
        && LogFilter.IsWithin(clock.ToUtc(delivery.EnqueuedAt), _query.Since, _query.Until)
        && HasEndedInTime(delivery, clock)
        && LogFilter.Has(delivery.Message, _query.Attributes);

    private bool HasEndedInTime(StoredDelivery delivery, StoreClock clock) =>
        _query is { EndedSince: null, EndedUntil: null }
        || (!delivery.IsWaiting && LogFilter.IsWithin(clock.ToUtc(delivery.EndedAt), _query.EndedSince, _query.EndedUntil));
}
