namespace WebhookKit.InMemory;

/// <summary>
/// What has ended, oldest first, and the bound on it: messages without waiting deliveries, ended deliveries, and the texts of attempts. What is here may be
/// forgotten; a message of which a delivery waits again is taken out.
/// </summary>
internal sealed class History(InMemoryStoreOptions options, StoredMessages messages, StoredDeliveries deliveries)
{
    /// <summary>Deliveries by when they ended, and messages that went nowhere by when they were accepted.</summary>
    private readonly ArrivalLine<DueItem> _ended = new();

    /// <summary>So many messages are passed over in one look at the most: the store is locked meanwhile.</summary>
    private const int MostPassedOver = 1_000;

    /// <summary>Messages with their data, as they were accepted; those that waited when it was their turn to lose it are out of it.</summary>
    private readonly ArrivalLine<StoredMessage> _withData = new();

    /// <summary>Of these, the ones that wait no longer.</summary>
    private readonly DueHeap<StoredMessage> _withDataStill = new();

    public int Count => _ended.Count;

    /// <summary>The bytes of the data of messages that wait for nothing, and of the texts of all attempts.</summary>
    public long Bytes { get; private set; }

    /// <summary>Of these, the bytes of the texts of attempts of deliveries that wait: no forgetting frees them.</summary>
    public long WaitingTexts { get; private set; }

    /// <summary>A message was accepted.</summary>
    public void Accept(StoredMessage message) => _withData.Add(message);

    /// <summary>Nothing of the message waits, or nothing any more. <see cref="Trim()"/> must follow.</summary>
    public void Add(StoredMessage message)
    {
        Bytes += message.Bytes;
        if (!message.DataGone && !_withData.Contains(message))
            _withDataStill.Add(message);
        if (message.Known == 0)
            _ended.Add(message.Undelivered = new UndeliveredMessage(message));
    }

    /// <summary>A delivery of the message waits again.</summary>
    public void TakeOut(StoredMessage message)
    {
        Bytes -= message.Bytes;
        _withDataStill.Remove(message);
        if (message.Undelivered is { } undelivered)
            _ended.Remove(undelivered);
        message.Undelivered = null;
    }

    /// <summary>A delivery has ended. <see cref="Trim()"/> must follow.</summary>
    public void Add(StoredDelivery delivery) => _ended.Add(delivery);

    /// <summary>A delivery ended otherwise than was known; it counts from now on.</summary>
    public void Amend(StoredDelivery delivery, DeliveryStatus status, long now)
    {
        var known = _ended.Remove(delivery);
        delivery.End(status, reason: null, now);
        if (known)
            _ended.Add(delivery);
    }

    /// <summary>A delivery waits no longer: the texts of its attempts are those of what has ended.</summary>
    public void StopWaiting(StoredDelivery delivery) => WaitingTexts -= delivery.Attempts?.Bytes ?? 0;

    /// <summary>
    /// Logs an attempt. While its delivery waits on, its texts may take only half of all room, together with those of others that wait; beyond that it is
    /// logged without them, so that what cannot be forgotten yet does not wipe out what has ended. Also without them if even forgetting makes no room.
    /// </summary>
    public void Log(StoredDelivery delivery, Attempt attempt, SettleOutcome answer, bool ends)
    {
        var size = AttemptLog.BytesOf(attempt);
        if (delivery.IsWaiting && !ends && WaitingTexts + size > options.MaxHistoryBytes / 2)
            (attempt, size) = (WithoutTexts(attempt), 0);
        while (Bytes + size > options.MaxHistoryBytes && ForgetOldest())
        {
            // Room is being made.
        }

        if (delivery.Forgotten)
            return;
        if (Bytes + size > options.MaxHistoryBytes)
            attempt = WithoutTexts(attempt);
        var before = delivery.Attempts?.Bytes ?? 0;
        if (delivery.Attempts is { } log)
            log.Add(attempt, answer);
        else
            delivery.Attempts = new AttemptLog(attempt, answer);
        var added = delivery.Attempts.Bytes - before;
        Bytes += added;
        if (delivery.IsWaiting)
            WaitingTexts += added;
    }

    /// <summary>Forgets what is beyond the bounds.</summary>
    public void Trim()
    {
        while ((_ended.Count > options.MaxHistory || Bytes > options.MaxHistoryBytes) && ForgetOldest())
        {
            // The bounds are being met.
        }
    }

    /// <summary>Forgets one thing that ended at this time or earlier; false if there is none.</summary>
    public bool TrimLog(long until) => _ended.FirstDue <= until && ForgetOldest();

    /// <summary>Drops the data of one message that was accepted at this time or earlier; false if none is found at once.</summary>
    public bool TrimData(long until)
    {
        if (WithDataSince(until) is not { } message)
            return false;
        _ = _withData.Remove(message) || _withDataStill.Remove(message);
        Bytes -= message.Bytes;
        message.DropData();
        return true;
    }

    /// <summary>Whether <see cref="TrimLog"/> or <see cref="TrimData"/> would find something, or would have to look further.</summary>
    public bool HasOlder(long log, long data) => _ended.FirstDue <= log || _withData.FirstDue <= data || _withDataStill.FirstDue <= data;

    /// <summary>Forgets a delivery that waits for nothing, and its message with the last one.</summary>
    public void Forget(StoredDelivery delivery)
    {
        _ended.Remove(delivery);
        Bytes -= delivery.Attempts?.Bytes ?? 0;
        deliveries.Remove(delivery);
        delivery.Message.Known--;
        if (delivery.Message.Known == 0)
            Forget(delivery.Message);
    }

    /// <summary>Forgets a message that waits for nothing and has no deliveries.</summary>
    public void Forget(StoredMessage message)
    {
        TakeOut(message);
        _withData.Remove(message);
        messages.Remove(message);
    }

    /// <summary>A message that was accepted at this time or earlier, waits for nothing, and has its data; null if none is found at once.</summary>
    private StoredMessage? WithDataSince(long until)
    {
        for (var passed = 0; passed < MostPassedOver && _withData.TryPeek(out var oldest) && oldest.EnqueuedAt <= until; passed++)
        {
            if (oldest.Waiting == 0)
                return oldest;
            _withData.Remove(oldest);
        }

        return _withDataStill.TryPeek(out var late) && late.EnqueuedAt <= until ? late : null;
    }

    private static Attempt WithoutTexts(Attempt attempt) => attempt with { ResponseBody = null, Detail = null };

    private bool ForgetOldest()
    {
        if (!_ended.TryPeek(out var oldest))
            return false;
        if (oldest is StoredDelivery delivery)
            Forget(delivery);
        else
            Forget(((UndeliveredMessage)oldest).Message);
        return true;
    }
}
