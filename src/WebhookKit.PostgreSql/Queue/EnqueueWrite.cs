using System.Runtime.InteropServices;
using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Writes accepted messages with their first deliveries. Above a thousand targets of a message, or five thousand of a call, the rest is left as a fan-out,
/// which is expanded in chunks: a transaction stays short whatever is published.
/// </summary>
internal sealed class EnqueueWrite
{
    private const int MostOfCall = 5_000;
    private readonly IReadOnlyList<EnqueueRequest> _accepted;
    private readonly DestinationForms _destinations;
    private readonly DestinationId[] _used;
    private readonly List<(EnqueueRequest Request, int Taken)> _parts = [];

    public EnqueueWrite(IReadOnlyList<EnqueueRequest> accepted, DestinationForms destinations)
    {
        (_accepted, _destinations) = (accepted, destinations);
        _used = [.. accepted.SelectMany(request => request.Targets).Select(target => target.Destination?.Id).OfType<DestinationId>().Distinct()];
        var left = MostOfCall;
        foreach (var request in accepted)
        {
            var taken = Math.Min(Math.Min(request.Targets.Count, FanOuts.ChunkLength), left);
            left -= taken;
            _parts.Add((request, taken));
        }
    }

    public bool IsEmpty => _accepted.Count == 0;

    /// <summary>The messages of which a part is still to be expanded.</summary>
    public IEnumerable<Guid> Rests => _parts.Where(part => part.Taken < part.Request.Targets.Count).Select(part => part.Request.Message.Id);

    /// <summary>Writes it all, without committing; false if something was known after all, and the transaction is to be undone.</summary>
    public async Task<bool> RunAsync(Session session)
    {
        var keyed = _accepted.Where(request => request.Idempotency is not null)
            .OrderBy(request => Known.ScopeOf(request.Message.Tenant), StringComparer.Ordinal).ThenBy(request => request.Idempotency!.Key, StringComparer.Ordinal)
            .ToList();
        var batch = session.Batch();
        AddMessages(batch, session);
        if (keyed.Count > 0)
            AddKeys(batch, session, keyed);
        if (_used.Length > 0)
            AddDestinations(batch);
        AddDeliveries(batch);
        AddFanOuts(batch);
        var reader = await batch.ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var stored = (await reader.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false)).Count == _accepted.Count;
        if (keyed.Count > 0)
            stored &= (await reader.ListAsync(row => row.GetString(0)).ConfigureAwait(false)).Count == keyed.Count;
        if (_used.Length > 0)
            stored &= (await reader.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false)).Count == _used.Length;
        return stored;
    }

    private void AddMessages(StatementBatch batch, Session session)
    {
        var messages = _accepted.Select(request => request.Message).ToList();
        batch.Add(
            "add_messages", session.Now, Param.Uuids(messages.Select(message => message.Id)), Param.Texts(messages.Select(message => message.PublicId)),
            Param.Texts(messages.Select(message => message.Tenant)), Param.Texts(messages.Select(message => message.EventType)),
            Param.Times(messages.Select(message => message.Timestamp.UtcDateTime)), Param.Texts(messages.Select(message => message.TraceParent)),
            Param.Texts(messages.Select(message => AttributesFormat.Write(message.Attributes))), Param.Booleans(messages.Select(message => message.IsAddressed)),
            Param.ByteArrays(messages.Select(message => BytesOf(message.Data))), Param.Ints(_accepted.Select(request => request.Targets.Count)),
            Param.Texts(_accepted.Select(request => request.Idempotency?.Key)));
    }

    private static void AddKeys(StatementBatch batch, Session session, List<EnqueueRequest> keyed) => batch.Add(
        "add_keys", session.Now, Param.Texts(keyed.Select(request => Known.ScopeOf(request.Message.Tenant))),
        Param.Texts(keyed.Select(request => request.Idempotency!.Key)), Param.ByteArrays(keyed.Select(request => BytesOf(request.Idempotency!.ContentHash))),
        Param.Uuids(keyed.Select(request => request.Message.Id)), Param.Texts(keyed.Select(request => request.Message.PublicId)),
        Param.Ints(keyed.Select(request => request.Targets.Count)),
        Param.Bigints(keyed.Select(request => Param.Microseconds(request.Idempotency!.Lifetime))));

    private void AddDestinations(StatementBatch batch) => batch
        .Add("add_destinations", Param.Uuids(_used.Select(id => id.Value)), Param.Texts(_used.Select(id => _destinations[id].Json)),
            Param.ByteArrays(_used.Select(id => _destinations[id].Secrets)))
        .Add("keep_destinations", Param.Uuids(_used.Select(id => id.Value)));

    private void AddDeliveries(StatementBatch batch)
    {
        var targets = _parts.SelectMany(part => part.Request.Targets.Take(part.Taken).Select(target => (part.Request.Message.Id, PendingTarget.Of(target)))).ToList();
        if (targets.Count > 0)
            batch.Add("add_deliveries", ParametersOf(targets));
    }

    private void AddFanOuts(StatementBatch batch)
    {
        foreach (var (request, taken) in _parts.Where(part => part.Taken < part.Request.Targets.Count))
        {
            batch.Add(
                "add_fan_out", Param.Uuid(request.Message.Id), Param.Int(taken), Param.Int(request.Targets.Count),
                Param.Bytes(PendingTargetsFormat.Write(request.Targets)),
                Param.Uuids(request.Targets.Select(target => target.Destination?.Id.Value).OfType<Guid>().Distinct()));
        }
    }

    /// <summary>The parameters of <c>add_deliveries</c>.</summary>
    public static NpgsqlParameter[] ParametersOf(List<(Guid Message, PendingTarget Target)> targets) =>
    [
        Param.Uuids(targets.Select(item => item.Message)), Param.Uuids(targets.Select(item => item.Target.Lane.Value)),
        Param.Uuids(targets.Select(item => item.Target.Subscription?.Value)), Param.Uuids(targets.Select(item => item.Target.Destination?.Value)),
        Param.Bigints(targets.Select(item => Param.Microseconds(item.Target.Delay))), Param.Smallints(targets.Select(item => (short)item.Target.Trigger)),
    ];

    private static byte[] BytesOf(ReadOnlyMemory<byte> data) =>
        MemoryMarshal.TryGetArray(data, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : data.ToArray();
}
