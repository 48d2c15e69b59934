using Microsoft.Extensions.Logging;

namespace WebhookKit.DependencyInjection;

/// <summary>Log lines at start: ids 1100 to 1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Warning,
        "Webhook messages, waiting deliveries and the delivery log are kept in memory: a restart loses them. Use a durable store in production.")]
    public static partial void MessagesInMemory(this ILogger logger);

    [LoggerMessage(1101, LogLevel.Warning,
        "Webhook subscriptions and their secrets are kept in memory: a restart loses them. Use a durable subscription store in production.")]
    public static partial void SubscriptionsInMemory(this ILogger logger);

    [LoggerMessage(1102, LogLevel.Warning,
        "Webhooks are published to this node's own memory, but its dispatcher is switched off: they are never sent. "
        + "Use a store that other nodes share, or set Webhooks:Dispatcher:Enabled to true.")]
    public static partial void NeverSent(this ILogger logger);

    [LoggerMessage(1103, LogLevel.Information,
        "The secrets of webhook subscriptions and destinations are stored as they are. To encrypt them, call ProtectSecrets and configure "
        + "Webhooks:SecretProtection:Keys.")]
    public static partial void SecretsInPlain(this ILogger logger);
}
