using System.Text;

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

    public static string Text(this ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);
}
