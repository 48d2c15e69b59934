using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Queue;

namespace WebhookKit.PostgreSql.Maintenance;

/// <summary>Erases one batch of everything of a tenant, what waits as well.</summary>
internal sealed class Eraser(Database database, Destinations destinations)
{
    public async Task<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken)
    {
        var result = await database.WriteAsync(Repeat.Always, session => EraseAsync(session, tenant, limit), cancellationToken).ConfigureAwait(false);
        destinations.Forget();
        return result;
    }

    private static async Task<RemovalResult> EraseAsync(Session session, string? tenant, int limit)
    {
        var lockMessages = session.Batch();
        lockMessages = tenant is null
            ? lockMessages.Add("erase_lock_messages_of_host", Param.Int(limit))
            : lockMessages.Add("erase_lock_messages", Param.Text(tenant), Param.Int(limit));
        var messages = await lockMessages.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        var removed = messages.Count > 0 ? await EraseMessagesAsync(session, messages, limit).ConfigureAwait(false) : 0;
        if (removed < limit && messages.Count < limit)
        {
            removed += (await session.Batch().Add("erase_keys", Param.Text(Known.ScopeOf(tenant)), Param.Int(limit - removed))
                .ListAsync(row => row.GetString(0)).ConfigureAwait(false)).Count;
        }

        var hasMore = await session.Batch()
            .AddText(
                $"SELECT EXISTS (SELECT FROM {SchemaName.Placeholder}.message WHERE {(tenant is null ? "tenant IS NULL AND $2::text IS NULL" : "tenant = $2")}) "
                + $"OR EXISTS (SELECT FROM {SchemaName.Placeholder}.idempotency WHERE scope = $1)",
                Param.Text(Known.ScopeOf(tenant)), Param.Text(tenant))
            .ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false);
        await session.CommitAsync().ConfigureAwait(false);
        return new RemovalResult(removed, hasMore[0]);
    }

    private static async Task<int> EraseMessagesAsync(Session session, List<Guid> messages, int limit)
    {
        // Once the fan-out is gone nothing more is made of it: who expands it at this moment is waited for.
        var alone = await session.Batch()
            .AddText("DELETE FROM {schema}.fan_out WHERE message_id = ANY ($1)", Param.Uuids(messages))
            .Add("messages_to_nobody", Param.Uuids(messages))
            .ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        var waiting = await session.Batch().Add("erase_waiting", Param.Uuids(messages), Param.Int(limit))
            .ListAsync(row => (Id: row.GetInt64(0), Destination: row.UuidOrNull(1), Lane: row.GetGuid(2))).ConfigureAwait(false);
        var ended = await session.Batch().Add("erase_ended", Param.Uuids(messages), Param.Int(limit - waiting.Count))
            .ListAsync(row => (Id: row.GetInt64(0), Destination: row.UuidOrNull(1))).ConfigureAwait(false);
        var ids = waiting.Select(row => row.Id).Concat(ended.Select(row => row.Id)).ToArray();
        var withoutDeliveries = alone.Take(limit - ids.Length).ToList();
        var batch = session.Batch().Add("remove_attempts", Param.Bigints(ids));
        if (waiting.Count > 0)
        {
            var lanes = waiting.Select(row => row.Lane).Distinct().ToArray();
            batch.Add("lock_lanes", Param.Uuids(lanes)).Add("take_out_of_lanes", Param.Uuids(lanes), Param.Bigints(ids))
                .Add("stand_lanes", session.Now, Param.Uuids(lanes));
        }

        batch.Add("remove_messages", Param.Uuids(messages.Except(alone).Concat(withoutDeliveries)));
        await batch.RunAsync().ConfigureAwait(false);
        await Unused.RemoveAsync(session, waiting.Select(row => row.Destination).Concat(ended.Select(row => row.Destination))).ConfigureAwait(false);
        return ids.Length + withoutDeliveries.Count;
    }
}
