namespace WebhookKit;

/// <summary>What is signed when a webhook is sent.</summary>
public readonly ref struct SigningInput
{
    /// <summary>The message id as the receiver sees it; the same for every attempt.</summary>
    public required string MessageId { get; init; }

    /// <summary>When this attempt is made; schemes write whole Unix seconds.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The exact bytes of the body.</summary>
    public required ReadOnlySpan<byte> Body { get; init; }

    /// <summary>The URL it goes to, for the schemes that cover it.</summary>
    public required Uri Url { get; init; }
}
