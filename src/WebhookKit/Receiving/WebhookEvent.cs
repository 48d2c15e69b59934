using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using WebhookKit.Receiving;

namespace WebhookKit;

/// <summary>A webhook whose request was found genuine. It need not be JSON: then there is no <see cref="Type"/>, and <see cref="Body"/> is what came.</summary>
public sealed class WebhookEvent
{
    private readonly EventFields _fields;

    internal WebhookEvent(ReadOnlyMemory<byte> body, EventFields fields)
    {
        Body = body;
        _fields = fields;
    }

    /// <summary>The message id, the same for every attempt to deliver it; null if the request has none.</summary>
    public string? Id => _fields.Id;

    /// <summary>
    /// Whether the id is covered by the signature. If not, anyone who replays the request can change it: do not recognise duplicates by it alone.
    /// </summary>
    public bool IdIsSigned => _fields.IdIsSigned;

    /// <summary>The event type, for example <c>inspection.completed</c>; null if the request has none where its source says it is.</summary>
    public string? Type => _fields.Type;

    /// <summary>When the event happened, or else when the request was signed; null if the request says neither.</summary>
    public DateTimeOffset? Timestamp => _fields.Timestamp;

    /// <summary>The exact bytes of the request's body: a copy.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The event's data.</summary>
    /// <typeparam name="T">What it is read as.</typeparam>
    /// <param name="type">The type's metadata, from a <c>JsonSerializerContext</c>.</param>
    /// <returns>The data; null if it is the JSON literal <c>null</c>.</returns>
    /// <exception cref="WebhookDataException">
    /// The body is not JSON, the data is not where the source says, or it does not fit <typeparamref name="T"/>.
    /// </exception>
    public T? GetData<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            return JsonSerializer.Deserialize(Data(), type);
        }
        catch (JsonException e)
        {
            throw Unfit(typeof(T), e);
        }
    }

    /// <summary>The event's data, read by reflection with the defaults for the web (camel case, names without regard to case).</summary>
    /// <typeparam name="T">What it is read as.</typeparam>
    /// <returns>The data; null if it is the JSON literal <c>null</c>.</returns>
    /// <exception cref="WebhookDataException">
    /// The body is not JSON, the data is not where the source says, or it does not fit <typeparamref name="T"/>.
    /// </exception>
    [RequiresUnreferencedCode("Reads T by reflection. Use the overload that takes a JsonTypeInfo<T>.")]
    [RequiresDynamicCode("Reads T by reflection. Use the overload that takes a JsonTypeInfo<T>.")]
    public T? GetData<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Data(), JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw Unfit(typeof(T), e);
        }
    }

    private ReadOnlySpan<byte> Data() => _fields.Data is { } range
        ? Body.Span[range]
        : throw new WebhookDataException("The body is not JSON, or has no data where its source says.");

    private static WebhookDataException Unfit(Type type, JsonException cause) => new($"The webhook's data cannot be read as {type.Name}.", cause);
}
