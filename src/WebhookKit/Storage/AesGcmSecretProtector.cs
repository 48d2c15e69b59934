using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WebhookKit;

/// <summary>
/// Encrypts with AES-256-GCM (NIST SP 800-38D) under keys that the host keeps. Each value has a key and a nonce of its own, derived from the host's key and 256
/// random bits with HKDF-SHA256 (RFC 5869), and a tag of 128 bits; what it belongs to, the id of the key and the version of the format are associated data, so
/// that none of them can be exchanged. Reads with the key that a value names, writes with the current one. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Form of a value: version (1 byte), length of the key's id (1), the id in ASCII, salt (32), tag (16), ciphertext. As no two values have the same key, the
/// limit of 2^32 values for random nonces (SP 800-38D, section 8.3) does not apply: ad hoc destinations may be encrypted with every event.
/// </remarks>
public sealed class AesGcmSecretProtector : ISecretProtector
{
    private const byte Version = 1;
    private const int SaltBytes = 32;
    private const int KeyBytes = 32;
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
        var value = new byte[header + SaltBytes + TagBytes + plaintext.Length];
        value[0] = Version;
        value[1] = (byte)_current.Id.Length;
        Encoding.ASCII.GetBytes(_current.Id, value.AsSpan(2));
        var salt = value.AsSpan(header, SaltBytes);
        RandomNumberGenerator.Fill(salt);
        Span<byte> derived = stackalloc byte[KeyBytes + NonceBytes];
        Derive(_current, salt, derived);
        using var aes = new AesGcm(derived[..KeyBytes], TagBytes);
        aes.Encrypt(
            derived[KeyBytes..], plaintext.Span, value.AsSpan(header + SaltBytes + TagBytes), value.AsSpan(header + SaltBytes, TagBytes),
            AssociatedData(value.AsSpan(0, header), context));
        CryptographicOperations.ZeroMemory(derived);
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
        if (value.Length < 2 || value[0] != Version || value.Length < 2 + value[1] + SaltBytes + TagBytes)
            throw Unreadable(context);
        var header = value[..(2 + value[1])];
        if (!_keys.TryGetValue(Encoding.ASCII.GetString(header[2..]), out var key))
            throw Unreadable(context);
        var rest = value[header.Length..];
        var plaintext = new byte[rest.Length - SaltBytes - TagBytes];
        Span<byte> derived = stackalloc byte[KeyBytes + NonceBytes];
        try
        {
            Derive(key, rest[..SaltBytes], derived);
            using var aes = new AesGcm(derived[..KeyBytes], TagBytes);
            aes.Decrypt(
                derived[KeyBytes..], rest[(SaltBytes + TagBytes)..], rest.Slice(SaltBytes, TagBytes), plaintext, AssociatedData(header, context));
            return plaintext;
        }
        catch (CryptographicException)
        {
            throw Unreadable(context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>The key of one value, and its nonce.</summary>
    private static void Derive(SecretProtectionKey key, ReadOnlySpan<byte> salt, Span<byte> derived) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, derived, salt, "WebhookKit.AesGcmSecretProtector.1"u8);

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
        $"The secrets of {context.Subject} cannot be decrypted: they were encrypted with a key that this host does not have, changed, or belong to another "
        + "record.");
}
