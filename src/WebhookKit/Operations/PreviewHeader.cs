namespace WebhookKit;

/// <summary>One header of a dry run.</summary>
public sealed record PreviewHeader
{
    /// <summary>Its name, as HTTP/1.1 sends it.</summary>
    public required string Name { get; init; }

    /// <summary>Its value; <see cref="RequestPreview.Redacted"/> where it is secret and secrets are not revealed.</summary>
    public required string Value { get; init; }

    /// <summary>Whether its value is secret: the authentication set it, or an envelope that knows secrets of the tenant.</summary>
    public required bool IsSecret { get; init; }

    /// <summary>The name; never the value.</summary>
    public override string ToString() => Name;
}
