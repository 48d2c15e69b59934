using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>Cancels what waits, whoever holds the lanes.</summary>
internal sealed class Canceller(Database database)
{
    public Task<CancelOutcome[]> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken)
    {
        var before = new HashSet<long>();
        return database.WriteAsync(
            Repeat.Always,
            async session =>
            {
                var waiting = await session.Batch()
                    .Add("lock_deliveries", Param.Bigints(deliveries.Select(delivery => delivery.Value).Distinct()))
                    .ListAsync(row => (Id: row.GetInt64(0), Lane: row.GetGuid(1))).ConfigureAwait(false);
                var cancelled = await FindCancelledAsync(session, before).ConfigureAwait(false);
                cancelled.UnionWith(waiting.Select(delivery => delivery.Id));
                before.UnionWith(cancelled);
                await EndAsync(session, waiting).ConfigureAwait(false);
                return deliveries.Select(delivery => cancelled.Remove(delivery.Value) ? CancelOutcome.Cancelled : CancelOutcome.NotWaiting).ToArray();
            },
            cancellationToken);
    }

    public Task<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken)
    {
        var (expandedBefore, before) = (0, new HashSet<long>());
        return database.WriteAsync(
            Repeat.Always,
            async session =>
            {
                if (!StoredText.IsKept(messageId))
                    return default;
                var messages = await session.Batch().Add("message_by_public_id", Param.Text(messageId)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
                if (messages.Count == 0)
                    return default;
                var cancelled = await FindCancelledAsync(session, before).ConfigureAwait(false);
                if (cancelled.Count > 0)
                    return new CancelledBatch(expandedBefore + cancelled.Count, await HasMoreAsync(session, messages[0]).ConfigureAwait(false));
                var expanded = await CancelFanOutAsync(session, messages[0], limit).ConfigureAwait(false);
                var waiting = await session.Batch()
                    .Add("lock_newest_of", Param.Uuid(messages[0]), Param.Int(limit - expanded))
                    .ListAsync(row => (Id: row.GetInt64(0), Lane: row.GetGuid(1))).ConfigureAwait(false);
                (expandedBefore, before) = (expanded, [.. waiting.Select(delivery => delivery.Id)]);
                await EndAsync(session, waiting, messages[0]).ConfigureAwait(false);
                return new CancelledBatch(expanded + waiting.Count, await HasMoreAsync(session, messages[0]).ConfigureAwait(false));
            },
            cancellationToken);
    }

    /// <summary>Of deliveries that a try before has cancelled, if it was committed, those that are; waits for it if it is on its way.</summary>
    private static async Task<HashSet<long>> FindCancelledAsync(Session session, HashSet<long> before)
    {
        if (before.Count == 0)
            return [];
        var reader = await session.Batch()
            .Add("lock_deliveries", Param.Bigints(before))
            .AddText("SELECT id FROM {schema}.delivery_ended WHERE id = ANY ($1) AND status = $2", Param.Bigints(before), Param.Smallint((int)DeliveryStatus.Cancelled))
            .ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        await reader.ListAsync(row => row.GetInt64(0)).ConfigureAwait(false);
        return [.. await reader.ListAsync(row => row.GetInt64(0)).ConfigureAwait(false)];
    }

    private static async Task<bool> HasMoreAsync(Session session, Guid message) => (await session.Query()
        .AddText("SELECT EXISTS (SELECT FROM {schema}.delivery WHERE message_id = $1) OR EXISTS (SELECT FROM {schema}.fan_out WHERE message_id = $1)",
            Param.Uuid(message))
        .ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false))[0];

    /// <summary>What is still to be made of its targets comes to the log as cancelled and is never waited for.</summary>
    private static async Task<int> CancelFanOutAsync(Session session, Guid message, int limit)
    {
        if (await FanOuts.LockAsync(session, "fan_out_of", message, limit).ConfigureAwait(false) is not { } chunk)
            return 0;
        var targets = chunk.Read();
        await session.Batch()
            .Add("add_cancelled", session.Now, Param.Uuid(message), Param.Uuids(targets.Select(target => target.Lane.Value)),
                Param.Uuids(targets.Select(target => target.Subscription?.Value)), Param.Uuids(targets.Select(target => target.Destination?.Value)),
                Param.Smallints(targets.Select(target => (short)target.Trigger)))
            .Add("move_fan_out", Param.Uuid(message), Param.Int(chunk.Position + targets.Length))
            .RunAsync().ConfigureAwait(false);
        return targets.Length;
    }

    private static Task EndAsync(Session session, List<(long Id, Guid Lane)> waiting, Guid? message = null)
    {
        if (waiting.Count == 0)
            return message is null ? Task.CompletedTask : session.CommitAsync();
        var lanes = waiting.Select(delivery => delivery.Lane).Distinct().ToArray();
        return session.Batch()
            .Add("end_deliveries", EndedDelivery.ParametersOf(session.Now, waiting.ConvertAll(delivery => EndedDelivery.As(delivery.Id, DeliveryStatus.Cancelled))))
            .Add("lock_lanes", Param.Uuids(lanes))
            .Add("take_out_of_lanes", Param.Uuids(lanes), Param.Bigints(waiting.Select(delivery => delivery.Id)))
            .Add("stand_lanes", session.Now, Param.Uuids(lanes))
            .CommitAsync();
    }
}
