using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>
/// The secrets of one endpoint, newest first. More than one while a rotation overlaps: then requests are signed with all that are still valid, and a
/// request is accepted if any that is still valid made one of its signatures. An expired secret neither signs nor verifies. Immutable.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
[JsonConverter(typeof(RedactedConverter<WebhookSecrets>))]
public sealed class WebhookSecrets : IReadOnlyCollection<WebhookSecret>, IEquatable<WebhookSecrets>
{
    /// <summary>How many secrets a rotation keeps at once: each adds a signature to every request, and receivers limit the length of a header.</summary>
    public const int MaxOverlap = 10;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly Entry[] _entries;

    private WebhookSecrets(Entry[] entries) => _entries = entries;

    /// <summary>No secret: nothing can be signed or verified with it.</summary>
    public static WebhookSecrets None { get; } = new([]);

    /// <summary>The secrets there are, whether expired or not.</summary>
    public int Count => _entries.Length;

    /// <summary>Secrets that are all valid without an end, newest first.</summary>
    public static WebhookSecrets Of(params ReadOnlySpan<WebhookSecret> secrets)
    {
        var entries = new Entry[secrets.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(secrets[i], nameof(secrets));
            entries[i] = new Entry(secrets[i], DateTimeOffset.MaxValue);
        }

        return new WebhookSecrets(entries);
    }

    /// <summary>
    /// Makes <paramref name="next"/> the current secret; those before it stay valid until <paramref name="now"/> + <paramref name="overlap"/> and are
    /// dropped once expired, the oldest also when there would be more than <see cref="MaxOverlap"/>.
    /// </summary>
    public WebhookSecrets Rotate(WebhookSecret next, DateTimeOffset now, TimeSpan overlap)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        var until = now + overlap;
        var kept = _entries.Where(e => e.ValidUntil > now && until > now).Select(e => e with { ValidUntil = e.ValidUntil < until ? e.ValidUntil : until });
        return new WebhookSecrets([new Entry(next, DateTimeOffset.MaxValue), .. kept.Take(MaxOverlap - 1)]);
    }

    /// <summary>Goes through the secrets that are valid at <paramref name="now"/>, newest first, without allocating.</summary>
    public ValidAt At(DateTimeOffset now) => new(_entries, now);

    /// <inheritdoc/>
    public IEnumerator<WebhookSecret> GetEnumerator() => _entries.Select(e => e.Secret).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether these are the same secrets with the same ends, in the same order.</summary>
    public bool Equals(WebhookSecrets? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WebhookSecrets);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Length == 0 ? 0 : HashCode.Combine(_entries.Length, _entries[0]);

    /// <summary>How many secrets there are: <c>(2 secrets)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Count} {(Count == 1 ? "secret" : "secrets")})");

    /// <summary>All there is to say about these secrets, their texts included: for a hash, and nothing else.</summary>
    internal IEnumerable<string> Identity() =>
        _entries.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.ValidUntil.UtcTicks} {e.Secret.Reveal()}"));

    /// <summary>The secrets with their ends, newest first, to store them.</summary>
    internal IReadOnlyList<Entry> Reveal() => _entries;

    /// <summary>Secrets as they were stored.</summary>
    internal static WebhookSecrets Of(IEnumerable<Entry> entries) => new([.. entries]);

    internal readonly record struct Entry(WebhookSecret Secret, DateTimeOffset ValidUntil);

    /// <summary>Enumerates the secrets that are valid at one time.</summary>
    public struct ValidAt
    {
        private readonly Entry[] _entries;
        private readonly DateTimeOffset _now;
        private int _index;

        internal ValidAt(Entry[] entries, DateTimeOffset now)
        {
            _entries = entries;
            _now = now;
            _index = -1;
        }

        /// <summary>The current secret.</summary>
        public readonly WebhookSecret Current => _entries[_index].Secret;

        /// <summary>This enumerator, for <c>foreach</c>.</summary>
        public readonly ValidAt GetEnumerator() => this;

        /// <summary>Goes to the next valid secret.</summary>
        public bool MoveNext()
        {
            while (++_index < _entries.Length)
            {
                if (_entries[_index].ValidUntil > _now)
                    return true;
            }

            return false;
        }
    }
}
