using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WebhookKit;

/// <summary>The ways in which secrets are read as HMAC keys.</summary>
public static class HmacKeyForms
{
    /// <summary>The key of Standard Webhooks: <c>whsec_</c> (which may be missing) and the base64 of 24 to 64 bytes; HMAC-SHA256.</summary>
    /// <remarks>Standard Webhooks specification, "Signature scheme": "between 24 bytes (192 bits) and 64 bytes (512 bits)".</remarks>
    public static KeyForm<HmacKey> StandardWebhooks { get; } = new Standard();

    /// <summary>The key is the UTF-8 of the secret's whole text, prefix and all.</summary>
    /// <param name="algorithm">The hash.</param>
    /// <param name="minimumBytes">A shorter secret is refused.</param>
    public static KeyForm<HmacKey> Utf8(HmacAlgorithm algorithm, int minimumBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumBytes, 1);
        return new Text(algorithm, minimumBytes);
    }

    private static WebhookError Fault(string problem, string remedy) => new(WebhookErrorCode.InvalidSecret, "Secret", problem, remedy);

    private sealed record Standard : KeyForm<HmacKey>
    {
        private const string Prefix = "whsec_";
        private const int MinimumBytes = 24;
        private const int MaximumBytes = 64;

        public override bool TryDerive(ReadOnlySpan<char> secret, [NotNullWhen(true)] out HmacKey? key, [NotNullWhen(false)] out WebhookError? error)
        {
            key = null;
            error = null;
            var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
            Span<byte> bytes = stackalloc byte[SignatureText.MaxBytes];
            if (!SignatureText.TryDecode(text, SignatureEncoding.Base64, bytes, out var length))
                error = Fault("The secret is not 'whsec_' and padded base64.", "Give the secret exactly as its issuer shows it, or WebhookSecret.Generate().");
            else if (length is < MinimumBytes or > MaximumBytes)
                error = Fault("The secret's key is shorter than 24 or longer than 64 bytes.", "Use WebhookSecret.Generate(), which makes 32.");
            else
                key = new HmacKey(HmacAlgorithm.Sha256, bytes[..length]);
            return error is null;
        }
    }

    private sealed record Text(HmacAlgorithm Algorithm, int MinimumBytes) : KeyForm<HmacKey>
    {
        public override bool TryDerive(ReadOnlySpan<char> secret, [NotNullWhen(true)] out HmacKey? key, [NotNullWhen(false)] out WebhookError? error)
        {
            key = null;
            error = null;
            var bytes = new byte[Encoding.UTF8.GetMaxByteCount(secret.Length)];
            if (System.Text.Unicode.Utf8.FromUtf16(secret, bytes, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
                error = Fault("The secret is not text: it has half a surrogate pair.", "Give the secret exactly as its issuer shows it.");
            else if (length < MinimumBytes)
                error = Fault($"The secret is shorter than {MinimumBytes} bytes.", "Use a longer one, such as WebhookSecret.Generate().");
            else
                key = new HmacKey(Algorithm, bytes.AsSpan(0, length));
            return error is null;
        }
    }
}
