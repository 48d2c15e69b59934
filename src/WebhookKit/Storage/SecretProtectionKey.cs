using System.Diagnostics;
using System.Text.Json.Serialization;
using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>A key of <see cref="AesGcmSecretProtector"/>. Its bytes never show: not in <see cref="ToString"/>, a debugger or JSON.</summary>
[DebuggerDisplay("{ToString(),nq}")]
[JsonConverter(typeof(RedactedConverter<SecretProtectionKey>))]
public sealed class SecretProtectionKey
{
    /// <summary>How many bytes a key has: 256 bits.</summary>
    public const int Length = 32;

    /// <summary>How many characters an id may have.</summary>
    public const int MaxIdLength = 64;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _bytes;

    /// <summary>Creates a key; the bytes are copied.</summary>
    /// <param name="id">Its name, which stands with everything it encrypts: 1 to 64 letters, digits and <c>. _ -</c>, never used for another key.</param>
    /// <param name="bytes">The key: 32 random bytes, for example by <c>openssl rand 32</c>.</param>
    /// <exception cref="WebhookValidationException">The id is malformed, or the key has not 32 bytes; all faults are named.</exception>
    public SecretProtectionKey(string id, ReadOnlySpan<byte> bytes)
    {
        List<WebhookError> errors = [];
        if (id is null || id.Length is 0 or > MaxIdLength || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
            errors.Add(new(
                WebhookErrorCode.InvalidId, nameof(Id), "The id of a key is malformed.", $"Use 1 to {MaxIdLength} letters, digits and '. _ -'."));
        if (bytes.Length != Length)
            errors.Add(new(
                WebhookErrorCode.InvalidSecret, "Key", $"The key has {bytes.Length} bytes.", $"Give {Length} random bytes: 'openssl rand -base64 32'."));
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);
        Id = id!;
        _bytes = bytes.ToArray();
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>The bytes, for the cipher.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The id; never the key.</summary>
    public override string ToString() => $"(key {Id})";
}
