namespace WebhookKit.Sending;

/// <summary>What would go out for an attempt, as the sender would make it.</summary>
internal sealed class RequestDraft
{
    public required string Method { get; init; }

    public required Uri Url { get; init; }

    /// <summary>Whether the authentication changed the URL.</summary>
    public required bool UrlIsSecret { get; init; }

    /// <summary>In the order in which HTTP/1.1 sends them.</summary>
    public required IReadOnlyList<Header> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the authentication changed the body.</summary>
    public required bool BodyIsSecret { get; init; }

    /// <summary>Why the egress policy would not let it out; null if it would.</summary>
    public required WebhookError? Blocked { get; init; }

    /// <param name="Name">Its name.</param>
    /// <param name="Value">Its value.</param>
    /// <param name="IsSecret">Whether the authentication added or changed it.</param>
    internal readonly record struct Header(string Name, string Value, bool IsSecret);
}
