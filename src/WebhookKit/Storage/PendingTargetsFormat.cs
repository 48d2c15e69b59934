using System.Buffers.Binary;

namespace WebhookKit.Storage;

/// <summary>The targets of a large fan-out as bytes, each of the same length, so that a chunk of them can be read without the rest.</summary>
/// <remarks>
/// One target: the lane's UUID (16 bytes, the first three fields little-endian, as <see cref="Guid.ToByteArray()"/> has it), what the recipient is (1: a
/// subscription, 2: an ad hoc destination), the recipient's UUID (16), the delay in ticks of 100 ns (8, little-endian), the trigger (1). The row beside it says
/// the version of the form.
/// </remarks>
internal static class PendingTargetsFormat
{
    /// <summary>How many bytes one target takes.</summary>
    public const int Length = Trigger + 1;

    private const int Kind = 16;
    private const int Recipient = Kind + 1;
    private const int Delay = Recipient + 16;
    private const int Trigger = Delay + sizeof(long);
    private const byte Subscription = 1;
    private const byte Destination = 2;

    /// <summary>Writes targets, of which each has a subscription or a destination.</summary>
    public static byte[] Write(IReadOnlyList<DeliveryTarget> targets)
    {
        var bytes = new byte[checked(targets.Count * Length)];
        for (var i = 0; i < targets.Count; i++)
            Write(bytes.AsSpan(i * Length, Length), PendingTarget.Of(targets[i]));
        return bytes;
    }

    /// <summary>Reads targets from the beginning of the bytes.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>: they are damaged.</exception>
    public static PendingTarget[] Read(ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length / Length < count)
            throw Damaged();
        var targets = new PendingTarget[count];
        for (var i = 0; i < count; i++)
            targets[i] = Read(bytes.Slice(i * Length, Length));
        return targets;
    }

    private static void Write(Span<byte> bytes, PendingTarget target)
    {
        target.Lane.Value.TryWriteBytes(bytes);
        bytes[Kind] = target.Subscription is null ? Destination : Subscription;
        (target.Subscription?.Value ?? target.Destination!.Value.Value).TryWriteBytes(bytes[Recipient..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[Delay..], target.Delay.Ticks);
        bytes[Trigger] = (byte)target.Trigger;
    }

    private static PendingTarget Read(ReadOnlySpan<byte> bytes)
    {
        var recipient = new Guid(bytes[Recipient..Delay]);
        var kind = bytes[Kind];
        var trigger = (AttemptTrigger)bytes[Trigger];
        if (kind is not (Subscription or Destination) || !Enum.IsDefined(trigger))
            throw Damaged();
        return new PendingTarget(
            new LaneId(new Guid(bytes[..Kind])), kind == Subscription ? new SubscriptionId(recipient) : null,
            kind == Destination ? new DestinationId(recipient) : null, new TimeSpan(BinaryPrimitives.ReadInt64LittleEndian(bytes[Delay..])), trigger);
    }

    private static WebhookStoreException Damaged() => new(StoreFault.Unreadable, "The waiting targets of a message are damaged.");
}
