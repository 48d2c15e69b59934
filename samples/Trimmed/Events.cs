using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookKit;

namespace Trimmed;

/// <summary>Registered by name.</summary>
internal sealed record InspectionCompleted(int InspectionId, int Defects);

/// <summary>Registered by its attribute, which survives trimming.</summary>
[WebhookEvent("invoice.paid", Group = "Billing")]
internal sealed record InvoicePaid(int InvoiceId, decimal Amount);

/// <summary>How the data is written and read: generated when the program is compiled.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(InspectionCompleted))]
[JsonSerializable(typeof(InvoicePaid))]
internal sealed partial class EventsJson : JsonSerializerContext;
