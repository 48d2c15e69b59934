namespace WebhookKit;

/// <summary>The values of one header in a request, in order: one for each line. Goes through them without allocating.</summary>
public ref struct HeaderValues
{
    private readonly ReadOnlySpan<KeyValuePair<string, string>> _lines;
    private readonly string _name;
    private int _index;

    internal HeaderValues(ReadOnlySpan<KeyValuePair<string, string>> lines, string name)
    {
        _lines = lines;
        _name = name;
        _index = -1;
    }

    /// <summary>The current value.</summary>
    public readonly string Current => _lines[_index].Value;

    /// <summary>This enumerator, for <c>foreach</c>.</summary>
    public readonly HeaderValues GetEnumerator() => this;

    /// <summary>Goes to the next value.</summary>
    public bool MoveNext()
    {
        while (++_index < _lines.Length)
        {
            if (_lines[_index].Key.Equals(_name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
