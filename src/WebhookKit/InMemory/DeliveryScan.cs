using System.Globalization;

namespace WebhookKit.InMemory;

/// <summary>
/// Reads one page of the log, newest first, in steps, so that a long search does not keep the queue waiting.
/// Each step is taken under the store's lock.
/// </summary>
internal sealed class DeliveryScan
{
    private const int MaxLimit = 1_000;
    private const int StepLength = 4_096;

    private readonly DeliveryQuery _query;
    private readonly long _before;
    private readonly List<DeliveryRecord> _found = [];
    private StoredDelivery? _at;
    private bool _started;
    private bool _more;

    private DeliveryScan(DeliveryQuery query, long before) => (_query, _before) = (query, before);

    /// <exception cref="WebhookValidationException">The limit or the continuation is not valid.</exception>
    public static DeliveryScan For(DeliveryQuery query)
    {
        var errors = new List<WebhookError>();
        if (query.Limit is < 1 or > MaxLimit)
            errors.Add(new WebhookError(
                WebhookErrorCode.OutOfRange, $"{nameof(DeliveryQuery)}.{nameof(query.Limit)}", $"It is {query.Limit}.", $"Ask for 1 to {MaxLimit}."));
        var before = long.MaxValue;
        if (query.Continuation is { } text && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before) || before < 1))
            errors.Add(new WebhookError(
                WebhookErrorCode.InvalidId, $"{nameof(DeliveryQuery)}.{nameof(query.Continuation)}", "It is not one that this store gave.",
                "Give the Next of the page before, or null."));
        return errors.Count == 0 ? new DeliveryScan(query, before) : throw new WebhookValidationException(errors);
    }

    public Page<DeliveryRecord> ToPage() => new(_found, _more ? _found[^1].Id.Value.ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>Reads on; true when the page is complete.</summary>
    public bool Step(StoreContents contents, StoreClock clock)
    {
        if (_query.MessageId is { } publicId)
        {
            ReadMessage(publicId, contents, clock);
            return true;
        }

        if (!_started)
            _at = contents.Deliveries.TryGet(_before, out var last) ? last.Older : contents.Deliveries.Newest;
        _started = true;
        for (var steps = 0; _at is not null && !_more && steps < StepLength; steps++, _at = _at.Older)
            Read(_at, clock);
        return _more || _at is null;
    }

    private void ReadMessage(string publicId, StoreContents contents, StoreClock clock)
    {
        if (!contents.Messages.TryGet(publicId, out var message))
            return;
        for (var id = Math.Min(message.LastDelivery, _before - 1); id >= message.FirstDelivery && !_more; id--)
        {
            if (contents.Deliveries.TryGet(id, out var delivery))
                Read(delivery, clock);
        }
    }

    private void Read(StoredDelivery delivery, StoreClock clock)
    {
        var matches = !delivery.Forgotten
            && delivery.Id < _before
            && (_query.AllTenants || string.Equals(delivery.Message.Message.Tenant, _query.Tenant, StringComparison.Ordinal))
            && (_query.Status is not { } status || delivery.Status == status)
            && (_query.Subscription is not { } subscription || delivery.Subscription == subscription);
        if (!matches)
            return;
        if (_found.Count == _query.Limit)
            _more = true;
        else
            _found.Add(delivery.ToRecord(clock));
    }
}
