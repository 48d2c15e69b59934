using System.Security.Cryptography;
using System.Text;

namespace WebhookKit.Messages;

/// <summary>UUIDs made from names: version 8 (RFC 9562 section 5.8) over SHA-256, so they never equal one that was made from the time.</summary>
internal static class NameUuid
{
    /// <summary>The UUID of these names in this order; null is a name too, and not the empty one.</summary>
    public static Guid Of(params ReadOnlySpan<string?> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in names)
        {
            // Length first, so that no two lists of names read the same.
            var bytes = name is null ? null : Encoding.UTF8.GetBytes(name);
            hash.AppendData(BitConverter.GetBytes(bytes?.Length ?? -1));
            hash.AppendData(bytes ?? []);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }
}
