using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Expands large fan-outs, a chunk in each transaction: deliveries and cursor move together, so that a process that dies on the way loses nothing and doubles
/// nothing. Who published expands; who leases goes on where somebody stopped.
/// </summary>
internal sealed class FanOuts(Database database)
{
    /// <summary>How many targets become deliveries at once.</summary>
    public const int ChunkLength = 1_000;

    /// <summary>Expands the rest of one message's targets. If the store fails on the way, those who lease go on: the message was accepted.</summary>
    public async Task ExpandAsync(Guid message)
    {
        try
        {
            while (await ExpandNextAsync("fan_out_of", message).ConfigureAwait(false))
            {
                // The next chunk.
            }
        }
        catch (WebhookStoreException)
        {
            // Logged as a change of the store's state. The cursor stands where the last chunk ended.
        }
    }

    /// <summary>Expands one chunk of any fan-out that nobody is at; false if there is none.</summary>
    public Task<bool> ExpandAnyAsync() => ExpandNextAsync("next_fan_out", message: null);

    /// <summary>Reads a chunk of a fan-out, and locks its record.</summary>
    public static async Task<FanOutChunk?> LockAsync(Session session, string statement, Guid? message, int length)
    {
        NpgsqlParameter[] parameters = [Param.Int(length), Param.Int(PendingTargetsFormat.Length)];
        if (message is not null)
            parameters = [.. parameters, Param.Uuid(message)];
        var chunks = await session.Batch().Add(statement, parameters)
            .ListAsync(row => new FanOutChunk(row.GetGuid(0), row.GetInt32(1), row.GetInt32(2), row.Bytes(3))).ConfigureAwait(false);
        return chunks.Count == 0 ? null : chunks[0];
    }

    private Task<bool> ExpandNextAsync(string statement, Guid? message) => database.WriteAsync(
        Repeat.Always,
        async session =>
        {
            if (await LockAsync(session, statement, message, ChunkLength).ConfigureAwait(false) is not { } chunk)
                return false;
            var targets = chunk.Read().Select(target => (chunk.Message, target)).ToList();
            await session.Batch()
                .Add("add_deliveries", EnqueueWrite.ParametersOf(targets))
                .Add("move_fan_out", Param.Uuid(chunk.Message), Param.Int(chunk.Position + targets.Count))
                .CommitAsync().ConfigureAwait(false);
            return true;
        },
        CancellationToken.None);
}
