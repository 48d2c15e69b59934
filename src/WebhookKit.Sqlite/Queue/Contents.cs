using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>
/// What the store holds, over one connection, and everything that changes how much that is: a message is accepted and expanded, a delivery is added, ends, or
/// is forgotten. Where lanes stand after deliveries ended is for the caller to see to. Used within a transaction of the writer only.
/// </summary>
internal sealed class Contents
{
    public Contents(Database database, Counters counters)
    {
        Messages = new MessageTable(database, counters);
        Deliveries = new DeliveryTable(database, counters);
        Destinations = new DestinationTable(database);
        Attempts = new AttemptTable(database);
        Pending = new PendingTable(database);
        Keys = new KeyTable(database);
        Lanes = new LaneTable(database, counters);
    }

    public MessageTable Messages { get; }

    public DeliveryTable Deliveries { get; }

    public DestinationTable Destinations { get; }

    public AttemptTable Attempts { get; }

    public PendingTable Pending { get; }

    public KeyTable Keys { get; }

    public LaneTable Lanes { get; }

    /// <summary>Makes deliveries of some of a message's pending targets; answers with how many.</summary>
    public int Expand(long message, int most)
    {
        var targets = Pending.Take(message, most);
        if (targets.Length > 0)
            Expand(message, Messages.Find(message)!.Value.Accepted, targets);
        return targets.Length;
    }

    public void Expand(long message, long accepted, IEnumerable<PendingTarget> targets)
    {
        foreach (var target in targets)
        {
            var due = FileClock.After(accepted, target.Delay);
            Deliveries.Add(message, target, target.Trigger, due);
            Lanes.Wake(target.Lane.Value, due);
        }
    }

    /// <summary>Adds a delivery of a message that is known.</summary>
    public long Redeliver(long message, PendingTarget target, DeliveryId? repeats, long now)
    {
        Messages.Count(message, waiting: 1, known: 1);
        if (target.Destination is { } destination)
            Destinations.Count(destination, 1);
        var id = Deliveries.Add(message, target, AttemptTrigger.Manual, now, enqueued: now, repeats?.Value);
        Lanes.Wake(target.Lane.Value, now);
        if (repeats is { } repeated && Deliveries.Find(repeated.Value) is { } known)
            Deliveries.SetRepeatedAs(known, id);
        return id;
    }

    /// <summary>Ends a waiting delivery. Its lane, changed, is to be written.</summary>
    public void End(DeliveryRow delivery, LaneRow lane, DeliveryStatus status, DeadReason? reason, long now)
    {
        lane.TakeOut(delivery.Id);
        Deliveries.End(delivery, status, reason, now);
        Messages.Count(delivery.Message, waiting: -1, known: 0);
    }

    /// <summary>Forgets a delivery that has ended, and its message with the last one.</summary>
    public void Forget(DeliveryRow delivery)
    {
        Deliveries.Remove(delivery);
        if (delivery.Destination is { } destination)
            Destinations.Subtract(destination, 1);
        Messages.Count(delivery.Message, waiting: delivery.IsWaiting ? -1 : 0, known: -1);
        Messages.RemoveIfUnknown(delivery.Message);
    }

    /// <summary>The lane of a delivery that waits: it has one.</summary>
    public LaneRow LaneOf(DeliveryRow delivery) => Lanes.Find(delivery.Lane) ?? new LaneRow(delivery.Lane);
}
