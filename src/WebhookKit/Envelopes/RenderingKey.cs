using System.Collections.ObjectModel;

namespace WebhookKit.Envelopes;

/// <summary>
/// All that a rendering depends on. The envelope counts itself, not its name: two envelopes of one name may have captured different values. The metadata is
/// copied, in its order, since it may be a dictionary that somebody changes later.
/// </summary>
internal sealed class RenderingKey : IEquatable<RenderingKey>
{
    private readonly Guid _message;
    private readonly Envelope _envelope;
    private readonly TenantValues _tenantValues;
    private readonly KeyValuePair<string, string>[] _metadata;

    public RenderingKey(Envelope envelope, RenderingInput input)
    {
        _message = input.Message.Id;
        _envelope = envelope;
        _tenantValues = (envelope.Uses & EnvelopeInputs.TenantValues) != EnvelopeInputs.None ? input.TenantValues : TenantValues.None;
        _metadata = (envelope.Uses & EnvelopeInputs.Metadata) != EnvelopeInputs.None ? [.. input.Metadata] : [];
    }

    /// <summary>How much memory its texts take.</summary>
    public long Bytes => _tenantValues.Bytes + TextBytes(_metadata);

    public static long TextBytes(IReadOnlyList<KeyValuePair<string, string>> texts)
    {
        var characters = 0L;
        for (var i = 0; i < texts.Count; i++)
            characters += texts[i].Key.Length + texts[i].Value.Length;
        return characters * sizeof(char);
    }

    /// <summary>The input with what belongs to this key and nothing else.</summary>
    public RenderingInput Narrow(RenderingInput input) => input.Metadata.Count == 0 && ReferenceEquals(input.TenantValues, _tenantValues)
        ? input
        : input with
        {
            TenantValues = _tenantValues,
            Metadata = _metadata.Length == 0
                ? ReadOnlyDictionary<string, string>.Empty
                : new ReadOnlyDictionary<string, string>(new OrderedDictionary<string, string>(_metadata, StringComparer.Ordinal)),
        };

    public bool Equals(RenderingKey? other) =>
        other is not null
        && _message == other._message
        && ReferenceEquals(_envelope, other._envelope)
        && _tenantValues.Equals(other._tenantValues)
        && _metadata.AsSpan().SequenceEqual(other._metadata);

    public override bool Equals(object? obj) => Equals(obj as RenderingKey);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(_message);
        hash.Add(_envelope);
        hash.Add(_tenantValues);
        foreach (var entry in _metadata)
            hash.Add(entry);
        return hash.ToHashCode();
    }
}
