using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>
/// A signing secret. It never shows: its text comes out only through <see cref="Reveal"/>, not through <see cref="ToString"/>, a debugger or JSON.
/// Parse it once and keep it: each scheme derives its key from it the first time and keeps it with the secret. Two secrets of the same text are equal;
/// they are compared in constant time. Safe for concurrent use.
/// </summary>
[DebuggerDisplay("(secret)")]
[JsonConverter(typeof(RedactedConverter<WebhookSecret>))]
public sealed class WebhookSecret : IEquatable<WebhookSecret>
{
    private const string Prefix = "whsec_";
    private const int GeneratedBytes = 32;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private KeyValuePair<object, object>[] _keys = [];

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private WebhookSecrets? _alone;

    private WebhookSecret(string text) => _text = text;

    /// <summary>This secret and no other; made once, so that verifying with one secret allocates nothing.</summary>
    internal WebhookSecrets Alone => _alone ??= WebhookSecrets.Of(this);

    /// <summary>
    /// Reads a secret as its vendor or this library wrote it. What the text means (base64, UTF-8, hexadecimal) is up to the scheme that uses it.
    /// </summary>
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

    /// <summary>The key that a scheme reads out of this secret; derived the first time, then kept.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <exception cref="WebhookValidationException">The secret is not in the form that the scheme needs.</exception>
    public TKey Key<TKey>(KeyForm<TKey> form) where TKey : class =>
        TryKey(form, out var key, out var error) ? key : throw new WebhookValidationException(error);

    /// <summary>The key that a scheme reads out of this secret, or the fault if the secret is not in the form that the scheme needs.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    public bool TryKey<TKey>(KeyForm<TKey> form, [NotNullWhen(true)] out TKey? key, [NotNullWhen(false)] out WebhookError? error) where TKey : class
    {
        ArgumentNullException.ThrowIfNull(form);
        error = null;
        key = Find<TKey>(form);
        if (key is null && form.TryDerive(_text, out key, out error))
            key = Keep(form, key);
        return key is not null;
    }

    /// <summary>Whether the other secret has the same text; constant time for texts of the same length.</summary>
    public bool Equals([NotNullWhen(true)] WebhookSecret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(_text.AsSpan()), MemoryMarshal.AsBytes(other._text.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as WebhookSecret);

    /// <summary>A hash that differs from process to process.</summary>
    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary>Always <c>(secret)</c>.</summary>
    public override string ToString() => "(secret)";

    private TKey? Find<TKey>(object form) where TKey : class
    {
        foreach (var (known, key) in Volatile.Read(ref _keys))
        {
            if (known.Equals(form))
                return (TKey)key;
        }

        return null;
    }

    // Readers see a whole array or the one before it; of two threads that derive the same key, one is kept and used by both.
    private TKey Keep<TKey>(object form, TKey derived) where TKey : class
    {
        while (true)
        {
            var before = Volatile.Read(ref _keys);
            if (Find<TKey>(form) is { } key)
                return key;
            if (Interlocked.CompareExchange(ref _keys, [.. before, new(form, derived)], before) == before)
                return derived;
        }
    }
}
