using WebhookKit;
namespace QuickStart;
internal static class StoresStub
{
    public static WebhooksBuilder UsePostgreSql(this WebhooksBuilder b, string c) => throw new NotSupportedException(c);
}
