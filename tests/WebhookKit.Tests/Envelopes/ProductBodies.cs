using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebhookKit.Tests.Envelopes;

/// <summary>Bodies as five products document them. Members, their order and values count; white space does not.</summary>
internal static class ProductBodies
{
    public const string Tchek = """
        {
          "tchekId": "oPm2A5et6m",
          "message": "Tchek created successfully ! After the damage detection is finished, you will find the result in our Hub https://webapp.tchek.fr/en/dashboard/scans/detail/oPm2A5et6m. You can download the JSON by using the Actions button on the top-right corner and choosing Download inspection JSON. To automatically receive the JSON, we also suggest setting up a webhook. Check our documentation at https://tchek.gitbook.io/documentation/api-endpoints/webhook/configuration"
        }
        """;

    public const string Autoinspector = """
        {
          "event": "inspection_created",
          "payload": {
            "_id": "651ae032ff786d198dfa4ce4",
            "status": "created",
            "producer": {
              "userId": "61478404b9a70800551878b6",
              "membershipId": "61c28b777b0c420012bd4a68",
              "companyId": "6147843bb9a70800551878bd",
              "firstName": "John",
              "lastName": "Doe",
              "username": "johndoe",
              "email": "johndoe@gmail.com"
            },
            "type": "car",
            "metadata": {
              "my_custom_key": "my_custom_value"
            },
            "testing": false,
            "template": {
              "name": "easy",
              "type": "built-in",
              "_id": "62be865212ca0918bcabf2a5"
            },
            "magicLink": "https://app.autoinspector.ai/inspection/651ae032ff786d198dfa4ce4?accessCode=5087"
          }
        }
        """;

    public const string AlphaTouchUpdate = """
        {
          "api_key": "UNIQUE_API_KEY",
          "action": "update",
          "entity": "resident",
          "entity_id": 17,
          "data": {}
        }
        """;

    public const string AlphaTouchDelete = """
        {
          "api_key": "UNIQUE_API_KEY",
          "action": "delete",
          "entity": "resident",
          "entity_id": 17
        }
        """;

    public const string Inspectorio = """
        {
          "messageId": "wh-638ce960-1231-11e9-a15d-d1c47c8f7593",
          "eventCode": "report.created",
          "eventName": "An Inspection report is uploaded",
          "payload": {
            "resourceId": 12301,
            "path": "/reports/12301"
          }
        }
        """;

    private static readonly JsonSerializerOptions AsItStands = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Envelope AlphaTouch { get; } = Envelope.Custom("alphatouch", (writer, context) =>
    {
        writer.WriteStartObject();
        writer.WriteString("api_key", context.TenantValue("api_key"));
        context.WriteDataMembers(omitNulls: true);
        writer.WriteEndObject();
    }, EnvelopeInputs.TenantValues);

    public static Envelope AutoinspectorEnvelope { get; } = Envelope.Custom("autoinspector", (writer, context) =>
    {
        writer.WriteStartObject();
        writer.WriteString("event", context.EventType);
        context.WriteData("payload");
        writer.WriteEndObject();
    });

    public static Envelope InspectorioEnvelope { get; } = Envelope.Custom("inspectorio", (writer, context) =>
    {
        writer.WriteStartObject();
        writer.WriteString("messageId", context.MessageId);
        writer.WriteString("eventCode", context.EventType);
        context.WriteString("eventName", context.EventDisplayName);
        context.WriteData("payload");
        writer.WriteEndObject();
    });

    public static Envelope Foxy { get; } = Envelope.Custom("foxy", (writer, context) =>
    {
        writer.WriteStartObject();
        context.WriteDataMembers();
        context.WriteMetadata("metadata");
        writer.WriteEndObject();
    }, EnvelopeInputs.Metadata);

    /// <summary>The same JSON without its white space.</summary>
    public static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, AsItStands);

    /// <summary>One member of a document, without white space.</summary>
    public static string Member(string json, string name) => Compact(JsonDocument.Parse(json).RootElement.GetProperty(name).GetRawText());
}
