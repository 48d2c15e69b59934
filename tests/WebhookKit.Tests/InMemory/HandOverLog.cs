using System.Collections.Concurrent;

namespace WebhookKit.Tests.InMemory;

/// <summary>
/// Who has which delivery in hand, as far as workers racing each other can know: a lease lasts at least from when it was asked for, and a delivery was given
/// at the latest when its taker looked at the clock. What both allow is no violation.
/// </summary>
internal sealed class HandOverLog(TimeSpan lease)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeliveryId, (LaneToken Token, long Asked, long Given)> _inHand = [];
    private readonly ConcurrentDictionary<DeliveryId, int> _successes = new();

    public ConcurrentQueue<string> Violations { get; } = new();

    public int Takeovers { get; private set; }

    public void Take(IEnumerable<LeasedDelivery> deliveries, LaneToken token, long asked, long given)
    {
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                if (_inHand.TryGetValue(delivery.Id, out var other) && other.Token != token)
                {
                    Takeovers++;
                    if (given < other.Asked + lease.Ticks && other.Given < asked + lease.Ticks)
                        Violations.Enqueue($"{delivery.Id} is in two hands");
                }

                _inHand[delivery.Id] = (token, asked, given);
            }
        }
    }

    /// <summary>The holder lets go, just before it tells the store.</summary>
    public void Let(IEnumerable<DeliveryId> deliveries, LaneToken token)
    {
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                if (_inHand.TryGetValue(delivery, out var holder) && holder.Token == token)
                    _inHand.Remove(delivery);
            }
        }
    }

    public void CountSuccess(DeliveryId delivery) => _successes.AddOrUpdate(delivery, 1, (_, times) => times + 1);

    public int SuccessesOf(DeliveryId delivery) => _successes.GetValueOrDefault(delivery);
}
