using System.Diagnostics;
using System.Security.Cryptography;

namespace WebhookKit;

/// <summary>
/// A key for HMAC (RFC 2104). It keeps hash states that have already taken in the key, one for each processor at most, so that a signature costs neither
/// an allocation nor the two blocks that keying takes. Safe for concurrent use.
/// </summary>
[DebuggerDisplay("(key)")]
public sealed class HmacKey
{
    /// <summary>The length of the longest signature, in bytes.</summary>
    public const int MaxHashBytes = 64;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;

    private readonly HashAlgorithmName _algorithm;
    private readonly IncrementalHash?[] _idle = new IncrementalHash?[Math.Min(Environment.ProcessorCount, 16)];

    /// <summary>Creates a key; the bytes are copied.</summary>
    public HmacKey(HmacAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        (_algorithm, HashBytes) = algorithm switch
        {
            HmacAlgorithm.Sha256 => (HashAlgorithmName.SHA256, 32),
            HmacAlgorithm.Sha512 => (HashAlgorithmName.SHA512, 64),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        _key = key.ToArray();
    }

    /// <summary>The length of a signature, in bytes.</summary>
    public int HashBytes { get; }

    /// <summary>Writes the HMAC of the three parts, one after the other, to <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="HashBytes"/>.</exception>
    public void Hash(ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, ReadOnlySpan<byte> after, Span<byte> destination)
    {
        if (destination.Length < HashBytes)
            throw new ArgumentException("The destination is shorter than a signature.", nameof(destination));

        // A state that fails midway is not given back: it would hold half of somebody's content.
        var state = Take() ?? IncrementalHash.CreateHMAC(_algorithm, _key);
        state.AppendData(before);
        state.AppendData(body);
        state.AppendData(after);
        state.GetHashAndReset(destination);
        GiveBack(state);
    }

    /// <summary>Whether a signature is the HMAC of the three parts. Takes the same time wherever they differ.</summary>
    public bool Matches(ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, ReadOnlySpan<byte> after, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[MaxHashBytes];
        Hash(before, body, after, expected);
        return CryptographicOperations.FixedTimeEquals(expected[..HashBytes], signature);
    }

    private IncrementalHash? Take()
    {
        var start = Thread.GetCurrentProcessorId();
        for (var i = 0; i < _idle.Length; i++)
        {
            ref var slot = ref Slot(start + i);
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } state)
                return state;
        }

        return null;
    }

    private void GiveBack(IncrementalHash state)
    {
        var start = Thread.GetCurrentProcessorId();
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref Slot(start + i), state, null) is null)
                return;
        }

        state.Dispose();
    }

    private ref IncrementalHash? Slot(int number) => ref _idle[(int)((uint)number % (uint)_idle.Length)];
}
