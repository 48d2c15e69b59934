using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Reads one page of messages, those accepted last first: those of one tenant by its own chain.</summary>
internal sealed class MessageScan : ILogScan
{
    private const int StepLength = 4_096;

    private readonly MessageQuery _query;
    private readonly long _before;
    private readonly List<MessageRecord> _found = [];
    private StoredMessage? _at;
    private StoredMessage? _last;
    private bool _started;
    private bool _more;

    /// <exception cref="WebhookValidationException">The tenant, the limit or the continuation is not valid.</exception>
    public MessageScan(MessageQuery query)
    {
        var faults = new QueryFaults(nameof(MessageQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        _before = faults.ReadPage(query.Limit, query.Continuation);
        faults.ThrowIfAny();
        _query = query;
    }

    public Page<MessageRecord> ToPage() => new(_found, _more ? QueryFaults.After(_last!.Order) : null);

    public bool Step(StoreContents contents, StoreClock clock, long now)
    {
        if (!_started)
            _at = _query.AllTenants ? contents.Messages.Newest : contents.Tenants.TryGet(_query.Tenant, out var tenant) ? tenant.Messages.Newest : null;
        _started = true;
        for (var steps = 0; _at is not null && !_more && steps < StepLength; steps++)
        {
            Read(_at, clock, now);
            _at = _query.AllTenants ? _at.InLog.Older : _at.InTenant.Older;
        }

        return _more || _at is null;
    }

    private void Read(StoredMessage message, StoreClock clock, long now)
    {
        var matches = !message.Forgotten
            && message.Order < _before
            && LogFilter.IsOf(message, _query.AllTenants, _query.Tenant, _query.EventType)
            && LogFilter.IsWithin(clock.ToUtc(message.EnqueuedAt), _query.Since, _query.Until)
            && LogFilter.Has(message, _query.Attributes);
        if (!matches)
            return;
        if (_found.Count == _query.Limit)
        {
            _more = true;
            return;
        }

        _last = message;
        _found.Add(message.ToRecord(clock, now, withData: false));
    }
}
