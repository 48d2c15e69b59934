using System.Text;
using WebhookKit.Envelopes;

namespace WebhookKit.Tests.Envelopes;

internal static class TestMessages
{
    public static WebhookMessage Create(string data = """{"id":1,"name":"é"}""", string eventType = "inspection.completed", string? tenant = null)
    {
        var id = Guid.CreateVersion7();
        return new WebhookMessage
        {
            Id = id,
            PublicId = $"msg_{id:N}",
            Tenant = tenant,
            EventType = eventType,
            Timestamp = new DateTimeOffset(2026, 11, 3, 21, 26, 10, 344, TimeSpan.FromHours(1)),
            Data = Encoding.UTF8.GetBytes(data),
        };
    }

    public static Rendering Render(this Envelope envelope, WebhookMessage message, string? displayName = null) =>
        envelope.Render(new RenderingInput { Message = message, EventDisplayName = displayName });

    public static Rendering Render(this RenderingCache cache, Envelope envelope, WebhookMessage message) =>
        cache.Render(envelope, new RenderingInput { Message = message });

    public static string Text(this Rendering rendering) => rendering.Body.Text();

    public static string Text(this ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);
}
