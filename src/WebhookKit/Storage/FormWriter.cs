using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>
/// Writes one JSON object of a form and collects what cannot be written. What is null is left out. Texts are kept as they are; the two kinds that cannot be,
/// NUL characters and half surrogate pairs, are faults.
/// </summary>
internal sealed class FormWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ClearingBuffer _buffer = new();
    private readonly NamedParts _parts;
    private readonly string _fieldPrefix;
    private readonly List<WebhookError> _faults;

    /// <param name="parts">What the host registered.</param>
    /// <param name="fieldPrefix">What stands before the name of a field in a fault.</param>
    /// <param name="faults">Takes the faults.</param>
    public FormWriter(NamedParts parts, string fieldPrefix, List<WebhookError> faults)
    {
        (_parts, _fieldPrefix, _faults) = (parts, fieldPrefix, faults);
        Json = new Utf8JsonWriter(_buffer, Options);
        Json.WriteStartObject();
    }

    /// <summary>For what has no method of its own here.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Ends the object. The bytes are cleared when this is disposed.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        Json.WriteEndObject();
        Json.Flush();
        return _buffer.Written;
    }

    public void Dispose()
    {
        Json.Dispose();
        _buffer.Dispose();
    }

    public void Text(string name, string? value)
    {
        if (value is not null)
            Json.WriteString(name, Checked(name, value));
    }

    public void Flag(string name, bool? value)
    {
        if (value is { } flag)
            Json.WriteBoolean(name, flag);
    }

    public void Number(string name, int? value)
    {
        if (value is { } number)
            Json.WriteNumber(name, number);
    }

    public void Duration(string name, TimeSpan? value)
    {
        if (value is { } duration)
            Json.WriteString(name, Of(duration));
    }

    public void Member<T>(string name, T value)
        where T : struct, Enum => Json.WriteString(name, value.ToString());

    public void List<T>(string name, IReadOnlyList<T> items, Action<T> write)
    {
        Json.WriteStartArray(name);
        foreach (var item in items)
            write(item);
        Json.WriteEndArray();
    }

    /// <summary>Texts by name; nothing where there are none.</summary>
    public void Pairs(string name, IReadOnlyDictionary<string, string> pairs)
    {
        if (pairs.Count == 0)
            return;
        Json.WriteStartObject(name);
        foreach (var (key, value) in pairs)
            Json.WriteString(Checked(name, key), Checked(name, value));
        Json.WriteEndObject();
    }

    /// <summary>A text within a list.</summary>
    public void Item(string field, string value) => Json.WriteStringValue(Checked(field, value));

    /// <summary>A part that only code can describe, as <c>{"named":"x"}</c>.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="part">The part.</param>
    /// <param name="method">The call that registers such parts.</param>
    public void Named(string field, object part, string method)
    {
        var name = _parts.NameOf(part);
        if (name is null)
            _faults.Add(new WebhookError(
                WebhookErrorCode.UnnamedPart, _fieldPrefix + field, "Only code can describe it, so a durable store cannot keep it without a name.",
                $"Register it with {method} on every host, or use one that comes with the library."));
        Json.WriteStartObject();
        Json.WriteString(PartForm.Named, name);
        Json.WriteEndObject();
    }

    public static string Of(TimeSpan duration) => duration.ToString("c", CultureInfo.InvariantCulture);

    private string Checked(string field, string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done || rune.Value == 0)
            {
                _faults.Add(new WebhookError(
                    WebhookErrorCode.InvalidText, _fieldPrefix + char.ToUpperInvariant(field[0]) + field[1..],
                    "A text has NUL characters, or half a surrogate pair, which a durable store cannot keep.", "Leave them out."));
                return "";
            }

            rest = rest[length..];
        }

        return text;
    }
}
