namespace WebhookKit.Sqlite.Queue;

/// <summary>What is counted of a message.</summary>
internal readonly record struct MessageRow(long No, string PublicId, string? Tenant, long Accepted, int Targets, int Waiting, int Known, bool HasData);
