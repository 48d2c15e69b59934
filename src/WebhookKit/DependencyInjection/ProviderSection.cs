namespace WebhookKit.DependencyInjection;

/// <summary>A durable store is in use, whose provider binds the section <c>Webhooks:</c> and this name itself.</summary>
internal sealed record ProviderSection(string Name);
