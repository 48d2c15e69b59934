using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WebhookKit;

/// <summary>
/// Encrypts with AES-256-GCM (NIST SP 800-38D) under keys that the host keeps. Each value has a random nonce of 96 bits and a tag of 128; what it belongs to,
/// the id of the key and the version of the format are associated data, so that none of them can be exchanged. Reads with the key that a value names, writes with the
/// current one. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Form of a value: version (1 byte), length of the key's id (1), the id in ASCII, nonce (12), tag (16), ciphertext. With random nonces one key is good for
/// 2^32 values (SP 800-38D, section 8.3): far more than subscriptions change.
/// </remarks>
public sealed class AesGcmSecretProtector : ISecretProtector
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Dictionary<string, SecretProtectionKey> _keys;
    private readonly SecretProtectionKey _current;

    /// <summary>Creates a protector.</summary>
    /// <param name="current">The key that is written with.</param>
    /// <param name="others">Further keys that are read with: those that were current before.</param>
    /// <exception cref="WebhookValidationException">Two keys have the same id.</exception>
    public AesGcmSecretProtector(SecretProtectionKey current, params IReadOnlyList<SecretProtectionKey> others)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(others);
        _current = current;
        _keys = new(StringComparer.Ordinal) { [current.Id] = current };
        foreach (var key in others)
        {
            ArgumentNullException.ThrowIfNull(key, nameof(others));
            if (!_keys.TryAdd(key.Id, key))
                throw new WebhookValidationException(new WebhookError(
                    WebhookErrorCode.Duplicate, nameof(others), $"Two keys have the id '{key.Id}'.", "Give each key an id of its own."));
        }
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> ProtectAsync(ReadOnlyMemory<byte> plaintext, SecretContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        var header = 2 + _current.Id.Length;
        var value = new byte[header + NonceBytes + TagBytes + plaintext.Length];
        value[0] = Version;
        value[1] = (byte)_current.Id.Length;
        Encoding.ASCII.GetBytes(_current.Id, value.AsSpan(2));
        var nonce = value.AsSpan(header, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_current.Bytes, TagBytes);
        aes.Encrypt(
            nonce, plaintext.Span, value.AsSpan(header + NonceBytes + TagBytes), value.AsSpan(header + NonceBytes, TagBytes),
            AssociatedData(value.AsSpan(0, header), context));
        return new(value);
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> UnprotectAsync(ReadOnlyMemory<byte> protectedBytes, SecretContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Unprotect(protectedBytes.Span, context));
    }

    private byte[] Unprotect(ReadOnlySpan<byte> value, SecretContext context)
    {
        if (value.Length < 2 || value[0] != Version || value.Length < 2 + value[1] + NonceBytes + TagBytes)
            throw Unreadable(context);
        var header = value[..(2 + value[1])];
        if (!_keys.TryGetValue(Encoding.ASCII.GetString(header[2..]), out var key))
            throw Unreadable(context);
        var rest = value[header.Length..];
        var plaintext = new byte[rest.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key.Bytes, TagBytes);
            aes.Decrypt(
                rest[..NonceBytes], rest[(NonceBytes + TagBytes)..], rest.Slice(NonceBytes, TagBytes), plaintext, AssociatedData(header, context));
            return plaintext;
        }
        catch (CryptographicException)
        {
            throw Unreadable(context);
        }
    }

    /// <summary>The header, then each part of the context with its length before it, so that no two contexts read the same; null is not empty.</summary>
    private static byte[] AssociatedData(ReadOnlySpan<byte> header, SecretContext context)
    {
        var data = new List<byte>(128);
        data.AddRange(header);
        Add(context.Tenant);
        Add(context.Purpose);
        Add(context.Subject);
        return [.. data];

        void Add(string? text)
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
            data.AddRange(length);
            // The UTF-16 units as they are: in UTF-8 any half of a surrogate pair is replaced, and two texts would read the same.
            data.AddRange(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    /// <summary>The same whatever is wrong: which it is, is nobody's business who changes bytes.</summary>
    private static WebhookStoreException Unreadable(SecretContext context) => new(
        StoreFault.Unreadable,
        $"The secrets of {context.Subject} cannot be decrypted: they were encrypted with a key that this host does not have, changed, or belong to another record.");
}
