using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using WebhookKit.Subscriptions;

namespace WebhookKit.DependencyInjection;

/// <summary>One call of <c>AddEvent</c>; checked with all others when the host starts.</summary>
/// <param name="EventType">The event type, still without the contract of its data.</param>
/// <param name="Defaults">How its events are delivered.</param>
/// <param name="Contract">
/// Makes the contract of its data, by the host's serialiser options where the host gave none; null if it is published as JSON only.
/// </param>
internal sealed record EventRegistration(EventType EventType, EventTypeDefaults Defaults, Func<JsonSerializerOptions?, JsonTypeInfo>? Contract)
{
    public EventType Resolve(WebhookOptions options) =>
        Contract is null ? EventType : EventType with { DataContract = Contract(options.JsonSerializerOptions) };

    /// <summary>The fault of the data's type, if it cannot be serialised: better found at start than at the first publish.</summary>
    public WebhookError? Check(WebhookOptions options)
    {
        try
        {
            Contract?.Invoke(options.JsonSerializerOptions);
            return null;
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            return new WebhookError(
                WebhookErrorCode.InvalidJson, $"AddEvent({EventType.DataType?.Name})", $"The type has no JSON contract: {e.Message}",
                "Give a JsonTypeInfo, or options in WebhookOptions.JsonSerializerOptions that know the type.");
        }
    }
}
