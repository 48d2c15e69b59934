namespace WebhookKit.Storage;

/// <summary>Adds up what statistics say.</summary>
internal sealed class StatisticsSum
{
    private readonly Dictionary<DeliveryStatus, long> _deliveries = [];
    private readonly Dictionary<AttemptOutcome, long> _attempts = [];
    private Int128 _deliveryTicks;
    private Int128 _attemptTicks;

    /// <param name="status">Where they stand.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="ticks">How long they took in all, from enqueue to the end; counts if they were delivered.</param>
    public void AddDeliveries(DeliveryStatus status, long count, Int128 ticks)
    {
        _deliveries[status] = _deliveries.GetValueOrDefault(status) + count;
        if (status == DeliveryStatus.Delivered)
            _deliveryTicks += ticks;
    }

    /// <param name="outcome">How they ended.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="ticks">How long they took in all.</param>
    public void AddAttempts(AttemptOutcome outcome, long count, Int128 ticks)
    {
        _attempts[outcome] = _attempts.GetValueOrDefault(outcome) + count;
        _attemptTicks += ticks;
    }

    public DeliveryStatistics ToStatistics() => new()
    {
        Waiting = _deliveries.GetValueOrDefault(DeliveryStatus.Waiting),
        Delivered = _deliveries.GetValueOrDefault(DeliveryStatus.Delivered),
        Dead = _deliveries.GetValueOrDefault(DeliveryStatus.Dead),
        Cancelled = _deliveries.GetValueOrDefault(DeliveryStatus.Cancelled),
        Attempts = _attempts,
        MeanAttemptDuration = Mean(_attemptTicks, _attempts.Values.Sum()),
        MeanTimeToDeliver = Mean(_deliveryTicks, _deliveries.GetValueOrDefault(DeliveryStatus.Delivered)),
    };

    private static TimeSpan? Mean(Int128 ticks, long count) => count == 0 ? null : TimeSpan.FromTicks((long)(ticks / count));
}
