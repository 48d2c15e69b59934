using WebhookKit.Dispatching;

namespace WebhookKit.DependencyInjection;

/// <summary>One call of <c>AddEvent</c>; checked with all others when the host starts.</summary>
internal sealed record EventRegistration(EventType EventType, EventTypeDefaults Defaults);
