namespace WebhookKit;

/// <summary>One event among many that are published in one call.</summary>
public sealed class PublishRequest
{
    private PublishRequest(PublishOptions? options) => Options = options ?? new PublishOptions();

    /// <summary>The data that is still to be serialised; null if it is JSON already.</summary>
    public object? Data { get; private init; }

    /// <summary>The type that the data was given as; its own type goes before it.</summary>
    internal Type? DeclaredType { get; private init; }

    /// <summary>The event type of an event whose data is JSON already; null for one that its data's type names.</summary>
    public string? EventType { get; private init; }

    /// <summary>The data, if it is JSON already.</summary>
    public ReadOnlyMemory<byte> JsonData { get; private init; }

    /// <summary>What else was said.</summary>
    public PublishOptions Options { get; }

    /// <summary>
    /// An event whose data is of a registered .NET type: the type of the object, or else <typeparamref name="T"/>, whose contract then serialises it.
    /// </summary>
    /// <typeparam name="T">The type that the data is given as.</typeparam>
    public static PublishRequest Of<T>(T data, PublishOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(data);
        return new PublishRequest(options) { Data = data, DeclaredType = typeof(T) };
    }

    /// <summary>An event whose data is JSON already.</summary>
    /// <param name="eventType">The registered event type.</param>
    /// <param name="utf8Json">The data as UTF-8 JSON; it is copied, byte for byte, when it is published.</param>
    /// <param name="options">What else is to be said.</param>
    public static PublishRequest Json(string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null) =>
        new(options) { EventType = eventType, JsonData = utf8Json };
}
