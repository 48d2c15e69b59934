using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace WebhookKit;

/// <summary>
/// A signing secret. It never shows: its text comes out only through <see cref="Reveal"/>, not through <see cref="ToString"/>, a debugger or JSON.
/// Parse it once and keep it: each scheme derives its key from it the first time and keeps it with the secret.
/// </summary>
[DebuggerDisplay("(secret)")]
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int GeneratedBytes = 32;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    private WebhookSecret(string text) => _text = text;

    /// <summary>Reads a secret as its vendor or this library wrote it. What the text means (base64, UTF-8, hexadecimal) is up to the scheme that uses it.</summary>
    /// <exception cref="WebhookValidationException">The text is null, empty or only white space.</exception>
    public static WebhookSecret Parse(string? text) => TryParse(text, out var secret)
        ? secret
        : throw new WebhookValidationException(new WebhookError(
            WebhookErrorCode.InvalidSecret, "Secret", "The secret is empty.", "Give the secret exactly as its issuer shows it."));

    /// <summary>Reads a secret; false if the text is null, empty or only white space.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = string.IsNullOrWhiteSpace(text) ? null : new WebhookSecret(text);
        return secret is not null;
    }

    /// <summary>A new random secret: <c>whsec_</c> and the base64 of 32 bytes (Standard Webhooks asks for 24 to 64).</summary>
    public static WebhookSecret Generate() => new(Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(GeneratedBytes)));

    /// <summary>The secret's text, to store it or to show it to its owner.</summary>
    public string Reveal() => _text;

    /// <summary>Always <c>(secret)</c>.</summary>
    public override string ToString() => "(secret)";
}
