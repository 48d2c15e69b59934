namespace WebhookKit.Messages;

/// <summary>UUIDs made from names: version 8 (RFC 9562 section 5.8) over SHA-256, so they never equal one that was made from the time.</summary>
internal static class NameUuid
{
    /// <summary>The UUID of these names in this order; null is a name too, and not the empty one.</summary>
    public static Guid Of(params ReadOnlySpan<string?> names)
    {
        using var fingerprint = new Fingerprint();
        foreach (var name in names)
            fingerprint.Add(name);
        return Of(fingerprint);
    }

    /// <summary>The UUID of all that went into a fingerprint.</summary>
    public static Guid Of(Fingerprint fingerprint)
    {
        var digest = fingerprint.ToBytes().AsSpan();
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }
}
