using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>Adds further deliveries of known messages: locks messages, fan-outs and deliveries in this order, decides on what it sees, and writes.</summary>
internal sealed class Redeliverer(Database database)
{
    public Task<RedeliveryResult[]> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken) => database.WriteAsync(
        redeliveries.All(redelivery => redelivery.Once) ? Repeat.Always : Repeat.IfNotCommitted,
        async session =>
        {
            var seen = await ReadAsync(session, redeliveries).ConfigureAwait(false);
            var plan = new RedeliveryPlan<Guid>(seen.Find, seen.Find);
            foreach (var redelivery in redeliveries)
                plan.Add(redelivery);
            return plan.Answer(await WriteAsync(session, [.. plan.Added]).ConfigureAwait(false));
        },
        cancellationToken);

    private static async Task<Seen> ReadAsync(Session session, IReadOnlyList<Redelivery> redeliveries)
    {
        var repeats = redeliveries.Select(redelivery => redelivery.Repeats?.Value).OfType<long>().Distinct().ToArray();
        var messages = redeliveries.Select(redelivery => redelivery.MessageId).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var subscriptions = redeliveries.Select(redelivery => redelivery.Subscription?.Value).OfType<Guid>().Distinct().ToArray();
        var reader = await session.Batch()
            .Add("redeliver_messages", Param.Bigints(repeats), Param.Texts(messages))
            .Add("redeliver_fan_outs", Param.Texts(messages), Param.Int(PendingTargetsFormat.Length))
            .Add("redeliver_waiting", Param.Bigints(repeats))
            .Add("redeliver_ended", Param.Bigints(repeats))
            .Add("redeliver_recipients", Param.Texts(messages), Param.Uuids(subscriptions))
            .ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var seen = new Seen();
        foreach (var (id, publicId, dataGone) in await reader.ListAsync(row => (row.GetGuid(0), row.GetString(1), row.GetBoolean(2))).ConfigureAwait(false))
        {
            seen.DataGone[id] = dataGone;
            seen.ByPublicId[publicId] = id;
        }

        foreach (var (id, bytes) in await reader.ListAsync(row => (row.GetGuid(0), row.Bytes(1))).ConfigureAwait(false))
        {
            foreach (var target in PendingTargetsFormat.Read(bytes, bytes.Length / PendingTargetsFormat.Length))
                seen.Recipients.Add((id, target.Subscription?.Value));
        }

        foreach (var delivery in await reader.ListAsync(Seen.ReadDelivery).ConfigureAwait(false))
            seen.Deliveries[delivery.Id] = delivery;
        foreach (var delivery in await reader.ListAsync(Seen.ReadDelivery).ConfigureAwait(false))
            seen.Deliveries[delivery.Id] = delivery;
        foreach (var recipient in await reader.ListAsync(row => (row.GetGuid(0), (Guid?)row.GetGuid(1))).ConfigureAwait(false))
            seen.Recipients.Add(recipient);
        return seen;
    }

    private static async Task<IReadOnlyList<DeliveryId>> WriteAsync(Session session, RedeliveryStep<Guid>[] steps)
    {
        if (steps.Length == 0)
            return [];
        var reader = await session.Batch()
            .Add("add_redeliveries", session.Now, Param.Uuids(steps.Select(step => step.Message)), Param.Uuids(steps.Select(step => step.Lane.Value)),
                Param.Uuids(steps.Select(step => step.Subscription?.Value)), Param.Uuids(steps.Select(step => step.Destination?.Value)),
                Param.Bigints(steps.Select(step => step.Repeats?.Value)), Param.Smallint((int)AttemptTrigger.Manual))
            .ReadAndCommitAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        return await reader.ListAsync(row => new DeliveryId(row.GetInt64(0))).ConfigureAwait(false);
    }

    /// <summary>What was locked and read for one call.</summary>
    private sealed class Seen
    {
        public Dictionary<Guid, bool> DataGone { get; } = [];

        public Dictionary<string, Guid> ByPublicId { get; } = new(StringComparer.Ordinal);

        public Dictionary<long, SeenDelivery> Deliveries { get; } = [];

        public HashSet<(Guid Message, Guid? Subscription)> Recipients { get; } = [];

        public static SeenDelivery ReadDelivery(Npgsql.NpgsqlDataReader row) => new(
            row.GetInt64(0), row.GetGuid(1), row.GetGuid(2), row.UuidOrNull(3), row.UuidOrNull(4), (DeliveryStatus)row.GetInt16(5), row.BigintOrNull(6));

        public KnownDelivery<Guid>? Find(DeliveryId id) => Deliveries.TryGetValue(id.Value, out var known) && DataGone.TryGetValue(known.Message, out var dataGone)
            ? new KnownDelivery<Guid>
            {
                Message = known.Message,
                DataGone = dataGone,
                Lane = new LaneId(known.Lane),
                Subscription = known.Subscription is { } subscription ? new SubscriptionId(subscription) : null,
                Destination = known.Destination is { } destination ? new DestinationId(destination) : null,
                Status = known.Status,
                RepeatedAs = known.RepeatedAs is { } repeated ? new DeliveryId(repeated) : null,
            }
            : null;

        public KnownRecipients<Guid>? Find(string publicId) => ByPublicId.TryGetValue(publicId, out var id)
            ? new KnownRecipients<Guid>(id, DataGone[id], subscription => Recipients.Contains((id, subscription.Value)))
            : null;
    }

    private readonly record struct SeenDelivery(long Id, Guid Message, Guid Lane, Guid? Subscription, Guid? Destination, DeliveryStatus Status, long? RepeatedAs);
}
