namespace WebhookKit;

/// <summary>What a dry run came to.</summary>
public sealed record PreviewResult
{
    /// <summary>The request; null if none can be made.</summary>
    public RequestPreview? Request { get; init; }

    /// <summary>Why no request can be made, or why the egress policy would not let it out; null if it would be sent. Never contains a secret.</summary>
    public string? Problem { get; init; }
}
