namespace WebhookKit.Sending;

/// <summary>One attempt to be made: everything that goes into the request, as it is at this moment.</summary>
internal sealed class SendRequest
{
    public required Uri Url { get; init; }

    public required string MessageId { get; init; }

    /// <summary>The rendered body; shared with other deliveries, never changed.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required string ContentType { get; init; }

    /// <summary>What the envelope adds.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> EnvelopeHeaders { get; init; } = [];

    /// <summary>Now, by the store's clock.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    public required IReadOnlyList<SignatureScheme> Schemes { get; init; }

    public required WebhookSecrets Secrets { get; init; }

    public required EndpointAuthentication Authentication { get; init; }

    public required IReadOnlyCollection<KeyValuePair<string, string>> ExtraHeaders { get; init; }

    /// <summary>For the whole attempt, from authentication to the last byte read.</summary>
    public required TimeSpan Timeout { get; init; }

    public required SuccessRule Success { get; init; }
}
