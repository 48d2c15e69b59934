using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace WebhookKit.Messages;

/// <summary>
/// SHA-256 over values in their order, the length of each before it, so that no two lists of values read the same. Null is a value too, and not the empty one.
/// </summary>
internal sealed class Fingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        AddNumber(bytes.Length);
        _hash.AppendData(bytes);
    }

    public void Add(string? text)
    {
        AddNumber(text?.Length ?? -1);
        // The UTF-16 units as they are: in UTF-8 any half of a surrogate pair is replaced, and two texts would read the same.
        _hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    /// <summary>A number stands for itself; it also says how many values follow.</summary>
    public void AddNumber(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    /// <summary>The 32 bytes; begins anew.</summary>
    public byte[] ToBytes() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
