using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Settles deliveries: locks them in id order, then the lanes whose word counts, then decides, then writes and commits in one round trip. It can be repeated
/// as it was: the attempts that are logged tell what was answered.
/// </summary>
internal sealed class Settler(Database database)
{
    /// <summary>Settles, and says whether a lane may be due at another time for it: others may be waiting for that.</summary>
    public Task<(SettleOutcome[] Outcomes, bool TouchesLanes)> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        // Of a commit whose answer was lost: what has no attempt to tell, but stands as it was to be left, was answered so.
        SettleOutcome[]? before = null;
        var areSuccesses = Successes.Are(settlements);
        return database.WriteAsync(
            Repeat.Always,
            async session =>
            {
                if (before is null && areSuccesses)
                {
                    if (await Successes.EndAsync(session, settlements).ConfigureAwait(false))
                    {
                        await session.CommitAsync().ConfigureAwait(false);
                        return ([.. settlements.Select(_ => SettleOutcome.Applied)], false);
                    }

                    await session.RollBackAsync().ConfigureAwait(false);
                }

                var settling = await LockAsync(session, settlements).ConfigureAwait(false);
                var outcomes = settlements.Select((settlement, i) => before is not null && settling.WasSettled(settlement) ? before[i] : settling.Settle(settlement))
                    .ToArray();
                before = outcomes;
                var batch = session.Batch();
                settling.AddTo(batch);
                await batch.CommitAsync().ConfigureAwait(false);
                return (outcomes, settling.TouchesLanes);
            },
            cancellationToken);
    }

    /// <summary>
    /// A success is a fact whoever holds the lane: its lane is locked only if it has another holder or none, or suspects a delivery or waits for one. If that
    /// changes at this very moment, the lane is looked at once more than needed, and nothing is lost.
    /// </summary>
    private static async Task<Settling> LockAsync(Session session, IReadOnlyList<Settlement> settlements)
    {
        var ids = settlements.Select(settlement => settlement.Delivery.Value).Distinct().ToArray();
        var fenced = settlements.Where(settlement => settlement.Action != SettlementAction.Delivered).Select(settlement => settlement.Lane.Value).Distinct().ToArray();
        var attempts = settlements.Select(settlement => settlement.Attempt?.Id).OfType<Guid>().Distinct().ToArray();
        var reader = await session.Batch()
            .Add("lock_deliveries", Param.Bigints(ids))
            .Add("lock_ended", Param.Bigints(ids))
            .Add("lock_settled_lanes", Param.Uuids(fenced), Param.Bigints(ids), Param.Uuids(settlements.Select(settlement => settlement.Lane.Value)),
                Param.Uuids(settlements.Select(settlement => settlement.Token.Value)))
            .Add("answers", Param.Uuids(attempts))
            .Add("time", session.Now)
            .ReadAsync().ConfigureAwait(false);
        var deliveries = new Dictionary<long, SettlingDelivery>();
        var lanes = new Dictionary<Guid, SettlingLane>();
        Dictionary<(Guid, long), SettleOutcome> answers;
        DateTime now;
        await using (reader.ConfigureAwait(false))
        {
            foreach (var delivery in await reader.ListAsync(row => new SettlingDelivery
            {
                Id = row.GetInt64(0), Lane = row.GetGuid(1), HadEnded = false, Status = DeliveryStatus.Waiting, AttemptsMade = row.GetInt32(2),
                Due = row.Time(3), Cause = (AttemptTrigger)row.GetInt16(4), LastAt = row.TimeOrNull(5),
            }).ConfigureAwait(false))
                deliveries.Add(delivery.Id, delivery);
            foreach (var delivery in await reader.ListAsync(row => new SettlingDelivery
            {
                Id = row.GetInt64(0), Lane = row.GetGuid(1), HadEnded = true, AttemptsMade = row.GetInt32(2), Status = (DeliveryStatus)row.GetInt16(3),
                LastAt = row.TimeOrNull(4),
            }).ConfigureAwait(false))
                deliveries.TryAdd(delivery.Id, delivery);
            foreach (var lane in await reader.ListAsync(ReadLane).ConfigureAwait(false))
                lanes.Add(lane.Id, lane);
            answers = (await reader.ListAsync(row => (row.GetGuid(0), row.GetInt64(1), (SettleOutcome)row.GetInt16(2))).ConfigureAwait(false))
                .ToDictionary(row => (row.Item1, row.Item2), row => row.Item3);
            now = (await reader.ListAsync(row => row.Time(0)).ConfigureAwait(false))[0];
        }

        return new Settling(now, deliveries, lanes, answers);
    }

    private static SettlingLane ReadLane(Npgsql.NpgsqlDataReader row) =>
        SettlingLane.Of(row.GetGuid(0), row.UuidOrNull(1), row.BigintOrNull(2), row.GetInt16(3), row.BigintOrNull(4), row.TimeOrNull(5));
}
