using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Maintenance;

/// <summary>Removes destinations with the last delivery to them. One that an enqueue is about to refer to is locked by it, and stays.</summary>
internal static class Unused
{
    public static async Task RemoveAsync(Session session, IEnumerable<Guid?> destinations)
    {
        var ids = destinations.OfType<Guid>().Distinct().ToArray();
        if (ids.Length == 0)
            return;
        var locked = await session.Batch().Add("lock_destinations", Param.Uuids(ids)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        if (locked.Count > 0)
            await session.Batch().Add("remove_destinations", Param.Uuids(locked)).RunAsync().ConfigureAwait(false);
    }
}
