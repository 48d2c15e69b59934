using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>Reads one page of deliveries, newest first.</summary>
internal sealed class DeliveryPages
{
    private readonly DeliveryQuery _query;
    private readonly long _before;
    private readonly Guid? _target;
    private readonly List<DeliveryLine> _found = [];
    private long? _message;
    private DeliveryDriver _driver = DeliveryDriver.None;

    /// <exception cref="WebhookValidationException">The tenant, the limit or the continuation is not valid.</exception>
    public DeliveryPages(DeliveryQuery query)
    {
        var faults = new QueryFaults(nameof(DeliveryQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        _before = faults.ReadPage(query.Limit, query.Continuation);
        faults.ThrowIfAny();
        _query = query;
        _target = query.Subscription?.Value ?? query.Destination?.Value;
    }

    /// <summary>One delivery, as it would be listed; null if it is unknown.</summary>
    public static DeliveryLine? Find(Database database, FileClock clock, DeliveryId id)
    {
        var pages = new DeliveryPages(new DeliveryQuery { AllTenants = true, Limit = 1 });
        pages.ReadRange(database, clock, id.Value + 1, id.Value);
        return pages._found.Count == 0 ? null : pages._found[0];
    }

    public async Task<Page<DeliveryRecord>> ReadAsync(OpenFile open, StoreFile file, CancellationToken cancellationToken)
    {
        if (_query.Subscription is null || _query.Destination is null)
            await FindAsync(open, cancellationToken).ConfigureAwait(false);
        var hasMore = _found.Count > _query.Limit;
        if (hasMore)
            _found.RemoveAt(_query.Limit);
        var items = new DeliveryRecord[_found.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = await _found[i].ToRecordAsync(file, cancellationToken).ConfigureAwait(false);
        return new(items, hasMore ? QueryFaults.After(items[^1].Id.Value) : null);
    }

    private async Task FindAsync(OpenFile file, CancellationToken cancellationToken)
    {
        if (_query.MessageId is { } messageId)
        {
            _message = await file.Readers.ReadAsync(database => MessagePages.FindNumber(database, messageId), cancellationToken).ConfigureAwait(false);
            if (_message is null)
                return;
        }

        _driver = DeliveryDriver.Of(_query, _message);
        var after = await LogQuery.MadeBeforeAsync(file, _query.Since, cancellationToken).ConfigureAwait(false);
        await LogQuery.ReadAsync(
            file.Readers, _before, after, Previous, (database, end, begin) => ReadRange(database, file.Clock, end, begin), cancellationToken)
            .ConfigureAwait(false);
    }

    private long? Previous(Database database, long before)
    {
        var statement = database.Statement(_driver.Previous).Add(before);
        if (_driver != DeliveryDriver.None)
            AddDriver(statement.Add((long?)null));
        return statement.Scalar();
    }

    private bool ReadRange(Database database, FileClock clock, long end, long begin)
    {
        var statement = database.Statement(_driver.Page).Add(end).Add(begin);
        AddDriver(statement);
        var rows = statement
            .Add(_query.AllTenants).Add(_query.Tenant).Add(_query.EventType).Add((long?)_query.Status).Add((long?)_query.DeadReason)
            .Add((long?)_query.LastOutcome).Add(clock.ToTicks(_query.Since)).Add(clock.ToTicks(_query.Until))
            .Add(clock.ToTicks(_query.EndedSince)).Add(clock.ToTicks(_query.EndedUntil)).Add(AttributesFormat.Write(_query.Attributes))
            .Add(_target).Add(_query.Destination is not null).Add(_query.Limit + 1L - _found.Count);
        while (rows.Read())
            _found.Add(DeliveryLine.Read(rows, clock));
        return _found.Count > _query.Limit;
    }

    private void AddDriver(Statement statement)
    {
        if (_message is { } message)
            statement.Add(message);
        else
            statement.Add(_driver == DeliveryDriver.None ? null : _target);
    }
}
