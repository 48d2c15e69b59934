namespace WebhookKit;

/// <summary>A request as it would be sent. Its signatures are real; secrets show only where that was asked for.</summary>
public sealed class RequestPreview
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Redacted = "[redacted]";

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The URL. What an authentication changed in it is redacted unless secrets are revealed.</summary>
    public required string Url { get; init; }

    /// <summary>The headers, in the order in which HTTP/1.1 sends them.</summary>
    public required IReadOnlyList<PreviewHeader> Headers { get; init; }

    /// <summary>
    /// The body: the exact bytes, unless <see cref="BodyIsRedacted"/>. Then what is secret of the tenant is redacted in it, and it is empty if the
    /// authentication changed it; signatures and length are those of what would be sent.
    /// </summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the body is another than would be sent, because that holds secrets.</summary>
    public required bool BodyIsRedacted { get; init; }

    /// <summary>Method and length; never a value.</summary>
    public override string ToString() => $"{Method} ({Headers.Count} headers, {Body.Length} bytes)";
}
