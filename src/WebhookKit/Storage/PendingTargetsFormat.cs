namespace WebhookKit.Storage;

/// <summary>The targets of a large fan-out as bytes, each of the same length, so that a chunk of them can be read without the rest.</summary>
internal static class PendingTargetsFormat
{
    /// <summary>How many bytes one target takes.</summary>
    public const int Length = 42;

    public static byte[] Write(IReadOnlyList<DeliveryTarget> targets) => throw new NotImplementedException();

    /// <summary>Reads targets from the beginning of the bytes.</summary>
    public static PendingTarget[] Read(ReadOnlySpan<byte> bytes, int count) => throw new NotImplementedException();
}
