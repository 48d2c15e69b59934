using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>Some of the targets of a fan-out that are not deliveries yet.</summary>
/// <param name="Message">The message.</param>
/// <param name="Position">How many of its targets came before.</param>
/// <param name="Count">How many targets it has.</param>
/// <param name="Bytes">The targets, written down.</param>
internal sealed record FanOutChunk(Guid Message, int Position, int Count, byte[] Bytes)
{
    public PendingTarget[] Read() => PendingTargetsFormat.Read(Bytes, Bytes.Length / PendingTargetsFormat.Length);
}
