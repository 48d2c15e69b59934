using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>The signature schemes that come with the library.</summary>
public static class SignatureSchemes
{
    /// <summary>
    /// Standard Webhooks v1: headers <c>webhook-id</c>, <c>webhook-timestamp</c> (Unix seconds) and <c>webhook-signature</c>, which is <c>v1,</c> and the
    /// base64 of the HMAC-SHA256 of <c>id.timestamp.body</c>; several are parted by spaces. The secret is <c>whsec_</c> (which may be missing) and the
    /// base64 of 24 to 64 bytes. Signs with every valid secret.
    /// </summary>
    /// <remarks>
    /// Source: the Standard Webhooks specification, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Stricter
    /// than some libraries where they differ: timestamps are ASCII digits without leading zeros; base64 is canonical and padded (RFC 4648); an id with a
    /// full stop, or an id or timestamp that is repeated, is refused.
    /// </remarks>
    public static SignatureScheme StandardWebhooks { get; } = new StandardWebhooksScheme("standard-webhooks", "webhook");

    /// <summary>
    /// Svix: <see cref="StandardWebhooks"/> with headers <c>svix-…</c>. Sends those; accepts a whole family of <c>svix-…</c> or of <c>webhook-…</c>, never
    /// a mix of the two.
    /// </summary>
    public static SignatureScheme Svix { get; } = new StandardWebhooksScheme("svix", "svix", "webhook");

    /// <summary>
    /// HMAC (RFC 2104) of the body, or of the body and a timestamp, in one header: what most vendors that have a scheme of their own do. The key is the
    /// UTF-8 of the secret's whole text. Without settings: SHA-256 of the body, lower-case hexadecimal, no prefix.
    /// </summary>
    /// <remarks>
    /// Such a header holds one signature, so a request is signed with the newest secret only: during a rotation the receiver must accept both. When
    /// verifying, a repeated header, or lines joined with commas, is accepted if any of its signatures is good.
    /// </remarks>
    /// <param name="header">The header that holds the signature, for example <c>autoinspector-signature</c>.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <exception cref="WebhookValidationException">
    /// A name, prefix, format or number is invalid, or settings contradict each other; lists every fault.
    /// </exception>
    public static SignatureScheme Hmac(string header, Action<HmacSignatureOptions>? configure = null)
    {
        var options = new HmacSignatureOptions();
        configure?.Invoke(options);
        return HmacSignatureValidator.Validate(header, options) is { Count: > 0 } errors
            ? throw new WebhookValidationException(errors)
            : new HmacHeaderScheme(header, options);
    }
}
