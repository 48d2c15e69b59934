using System.Buffers;
using System.Security.Cryptography;

namespace WebhookKit.Storage;

/// <summary>Collects bytes that may be secret: an array that was outgrown is cleared at once, the last one when this is disposed.</summary>
internal sealed class ClearingBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstLength = 1024;

    private byte[] _bytes = new byte[FirstLength];
    private int _length;

    /// <summary>What was written; cleared when this is disposed.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var needed = checked(_length + Math.Max(sizeHint, 1));
        if (needed > _bytes.Length)
        {
            // Whole, beyond what was written too: a writer may have filled a part that it did not advance over.
            var outgrown = _bytes;
            _bytes = new byte[Math.Max(needed, (int)Math.Min(2L * outgrown.Length, Array.MaxLength))];
            outgrown.AsSpan(0, _length).CopyTo(_bytes);
            CryptographicOperations.ZeroMemory(outgrown);
        }

        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
