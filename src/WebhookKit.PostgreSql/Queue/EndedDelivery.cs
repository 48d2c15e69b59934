using Npgsql;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>A waiting delivery that ends, for <c>end_deliveries</c>; what is null stays as it was.</summary>
internal sealed record EndedDelivery(long Id, DeliveryStatus Status, DeadReason? Reason, int? AttemptsMade, DateTime? LastAt, int? LastOutcome, int? LastStatus)
{
    public static EndedDelivery As(long id, DeliveryStatus status, DeadReason? reason = null) => new(id, status, reason, null, null, null, null);

    public static NpgsqlParameter[] ParametersOf(NpgsqlParameter endedAt, IReadOnlyCollection<EndedDelivery> ended) =>
    [
        endedAt, Param.Bigints(ended.Select(item => item.Id)), Param.Smallints(ended.Select(item => (short)item.Status)),
        Param.Smallints(ended.Select(item => (short?)item.Reason)), Param.Ints(ended.Select(item => item.AttemptsMade)),
        Param.Times(ended.Select(item => item.LastAt)), Param.Smallints(ended.Select(item => (short?)item.LastOutcome)),
        Param.Ints(ended.Select(item => item.LastStatus)),
    ];
}
