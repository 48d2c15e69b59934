using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Settles batches that are nothing but successes, which most are, in one statement: there is nothing to decide then. A batch with anything else in it, or of
/// which anything turns out to stand otherwise, is settled the long way.
/// </summary>
internal static class Successes
{
    public static bool Are(IReadOnlyList<Settlement> settlements) =>
        settlements.All(settlement => settlement is { Action: SettlementAction.Delivered, Attempt: not null })
        && settlements.DistinctBy(settlement => settlement.Delivery).Count() == settlements.Count;

    /// <summary>Settles them, without committing; false if not all could be settled so, and the transaction is to be undone.</summary>
    public static async Task<bool> EndAsync(Session session, IReadOnlyList<Settlement> settlements)
    {
        var attempts = settlements.Select(settlement => settlement.Attempt!).ToList();
        var ended = await session.Batch().Add(
            "end_delivered", session.Now, Param.Bigints(settlements.Select(settlement => settlement.Delivery.Value)),
            Param.Uuids(settlements.Select(settlement => settlement.Lane.Value)), Param.Uuids(settlements.Select(settlement => settlement.Token.Value)),
            Param.Uuids(attempts.Select(attempt => attempt.Id)), Param.Times(attempts.Select(attempt => attempt.StartedAt.UtcDateTime)),
            Param.Bigints(attempts.Select(attempt => attempt.Duration.Ticks)), Param.Ints(attempts.Select(attempt => attempt.Number)),
            Param.Ints(attempts.Select(attempt => attempt.StatusCode)), Param.Smallints(attempts.Select(attempt => (short)attempt.Trigger)),
            Param.Smallints(attempts.Select(attempt => (short)attempt.Outcome)), Param.Texts(attempts.Select(attempt => StoredText.Clean(attempt.ResponseBody))),
            Param.Texts(attempts.Select(attempt => StoredText.Clean(attempt.Detail))), Param.Smallint((int)DeliveryStatus.Delivered),
            Param.Smallint((int)SettleOutcome.Applied)).ListAsync(row => row.GetInt64(0)).ConfigureAwait(false);
        return ended.Count == settlements.Count;
    }
}
