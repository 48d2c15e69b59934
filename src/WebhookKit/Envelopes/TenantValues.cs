using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>
/// Secret values of one tenant that an envelope writes into bodies, for example its API key. They are never stored with a message, and never show: not in
/// <see cref="ToString"/>, a debugger or JSON. Immutable; equal if they have the same names with the same values.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
[JsonConverter(typeof(RedactedConverter<TenantValues>))]
public sealed class TenantValues : IEquatable<TenantValues>
{
    // Sorted by name, so that the order in which they were given is no difference.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly Entry[] _entries;

    private TenantValues(Entry[] entries) => _entries = entries;

    /// <summary>No values.</summary>
    public static TenantValues None { get; } = new([]);

    /// <summary>How many values there are.</summary>
    public int Count => _entries.Length;

    /// <summary>How much memory the texts take, in bytes.</summary>
    internal long Bytes => _entries.Sum(e => (e.Name.Length + (long)e.Value.Reveal().Length) * sizeof(char));

    /// <summary>One value.</summary>
    /// <exception cref="WebhookValidationException">The name or the value is empty.</exception>
    public static TenantValues Of(string name, string value) => Of(KeyValuePair.Create(name, value));

    /// <summary>Several values by their names, which are case-sensitive.</summary>
    /// <exception cref="WebhookValidationException">
    /// A name or a value is empty, or a name is given twice; all faults are named, and no value is repeated in them.
    /// </exception>
    public static TenantValues Of(params IReadOnlyCollection<KeyValuePair<string, string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        List<WebhookError> errors = [];
        var entries = new SortedDictionary<string, WebhookSecret>(StringComparer.Ordinal);
        foreach (var (name, text) in values)
        {
            if (string.IsNullOrWhiteSpace(name))
                Add(WebhookErrorCode.Required, "", "The name is empty.", "Give the name that the envelope asks for.");
            else if (!WebhookSecret.TryParse(text, out var value))
                Add(WebhookErrorCode.Required, name, "The value is empty.", "Leave out what the tenant does not have.");
            else if (!entries.TryAdd(name, value))
                Add(WebhookErrorCode.Duplicate, name, "The name is given twice.", "Give each value once.");
        }

        return errors.Count == 0
            ? new TenantValues([.. entries.Select(e => new Entry(e.Key, e.Value))])
            : throw new WebhookValidationException(errors);

        void Add(WebhookErrorCode code, string name, string problem, string remedy) =>
            errors.Add(new WebhookError(code, $"TenantValues[{name}]", problem, remedy));
    }

    /// <summary>Finds a value by its name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out WebhookSecret? value)
    {
        value = Array.Find(_entries, e => string.Equals(e.Name, name, StringComparison.Ordinal)).Value;
        return value is not null;
    }

    /// <summary>The same names, each with a value that is no secret.</summary>
    internal TenantValues Masked() => new([.. _entries.Select(e => e with { Value = WebhookSecret.Parse("[redacted]") })]);

    /// <summary>Whether these are the same names with the same values.</summary>
    public bool Equals(TenantValues? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TenantValues);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var entry in _entries)
            hash.Add(entry);
        return hash.ToHashCode();
    }

    /// <summary>How many values there are: <c>(1 tenant value)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Count} tenant {(Count == 1 ? "value" : "values")})");

    internal readonly record struct Entry(string Name, WebhookSecret Value);
}
