namespace WebhookKit.Sqlite.Queue;

/// <summary>Removes what is too old, or what is a tenant's.</summary>
internal sealed class Removal(Contents contents)
{
    public RemovalResult Trim(TrimRequest request, long now)
    {
        var (log, data) = (now - request.Log.Ticks, now - request.Data.Ticks);
        contents.Keys.RemoveExpiredAtMost(request.Limit, now);
        var left = request.Limit;
        foreach (var delivery in contents.Deliveries.EndedUntil(log, left))
        {
            contents.Forget(delivery);
            left--;
        }

        foreach (var message in contents.Messages.Undelivered(log, left))
        {
            contents.Messages.Remove(message);
            left--;
        }

        left -= contents.Messages.DropData(data, left);
        return new RemovalResult(request.Limit - left, HasOlder(log, data));
    }

    public RemovalResult Erase(string? tenant, int limit, long now)
    {
        var left = limit;
        while (left > 0 && contents.Messages.OldestOf(tenant) is { } message)
            left -= Erase(message, left, now);
        if (left > 0)
            left -= contents.Keys.RemoveOf(tenant, left);
        return new RemovalResult(limit - left, contents.Messages.OldestOf(tenant) is not null || contents.Keys.HasAny(tenant));
    }

    /// <summary>Forgets some of a message, whatever waits: its deliveries, itself with the last; answers with how many records that were.</summary>
    private int Erase(MessageRow message, int most, long now)
    {
        while (contents.Pending.Take(message.No, int.MaxValue) is { Length: > 0 } targets)
        {
            contents.Messages.Count(message.No, waiting: -targets.Length, known: -targets.Length);
            foreach (var group in targets.Where(target => target.Destination is not null).GroupBy(target => target.Destination!.Value))
                contents.Destinations.Subtract(group.Key, group.Count());
        }

        var waiting = contents.Deliveries.NewestWaiting(message.No, most);
        foreach (var delivery in waiting)
        {
            var lane = contents.LaneOf(delivery);
            lane.TakeOut(delivery.Id);
            contents.Forget(delivery);
            contents.Lanes.Changed(lane, now);
        }

        var ended = waiting.Count < most ? contents.Deliveries.SomeEnded(message.No, most - waiting.Count) : [];
        foreach (var delivery in ended)
            contents.Forget(delivery);
        if (waiting.Count + ended.Count > 0)
            return waiting.Count + ended.Count;
        contents.Messages.Remove(message.No);
        return 1;
    }

    private bool HasOlder(long log, long data) =>
        contents.Deliveries.EndedUntil(log, 1).Count > 0 || contents.Messages.Undelivered(log, 1).Count > 0 || contents.Messages.HasData(data);
}
