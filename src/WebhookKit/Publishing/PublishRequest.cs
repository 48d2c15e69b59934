namespace WebhookKit;

/// <summary>One event among many that are published in one call.</summary>
public sealed class PublishRequest
{
    private PublishRequest(object? data, string? eventType, ReadOnlyMemory<byte> json, PublishOptions? options)
    {
        Data = data;
        EventType = eventType;
        JsonData = json;
        Options = options ?? new PublishOptions();
    }

    internal object? Data { get; }

    internal string? EventType { get; }

    internal ReadOnlyMemory<byte> JsonData { get; }

    internal PublishOptions Options { get; }

    /// <summary>An event whose data is of a registered .NET type.</summary>
    public static PublishRequest Of(object data, PublishOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new PublishRequest(data, options?.EventType, default, options);
    }

    /// <summary>An event whose data is JSON already.</summary>
    /// <param name="eventType">The registered event type.</param>
    /// <param name="utf8Json">The data as UTF-8 JSON; it is copied, byte for byte.</param>
    /// <param name="options">What else is to be said.</param>
    public static PublishRequest Json(string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventType);
        return new PublishRequest(data: null, eventType, utf8Json, options);
    }
}
