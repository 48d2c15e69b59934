using WebhookKit;

namespace QuickStart;

/// <summary>Published for every inspection that begins.</summary>
[WebhookEvent("inspection.started", Group = "Inspection", DisplayName = "An inspection has begun")]
internal sealed record InspectionStarted(int InspectionId, string Inspector);

/// <summary>Published for every inspection that ends.</summary>
[WebhookEvent("inspection.completed", Group = "Inspection", DisplayName = "An inspection is complete")]
internal sealed record InspectionCompleted(int InspectionId, int Defects, decimal RepairCost);

/// <summary>Registered, subscribed to, and never published.</summary>
[WebhookEvent("invoice.paid", Group = "Billing", DisplayName = "An invoice has been paid")]
internal sealed record InvoicePaid(int InvoiceId);
