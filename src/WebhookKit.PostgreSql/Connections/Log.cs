using Microsoft.Extensions.Logging;

namespace WebhookKit.PostgreSql.Connections;

internal static partial class Log
{
    [LoggerMessage(1450, LogLevel.Warning, "The webhook store does not work ({Fault}); it is tried again by itself. {Problem}")]
    public static partial void Failed(ILogger logger, StoreFault fault, string problem);

    [LoggerMessage(1451, LogLevel.Information, "The webhook store works again.")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(1452, LogLevel.Information, "The schema {Schema} of the webhook store was brought to version {Version}.")]
    public static partial void Migrated(ILogger logger, string schema, int version);

    [LoggerMessage(1453, LogLevel.Warning, "This node hears of new webhooks by polling only, until it can listen again: {Problem}")]
    public static partial void NotListening(ILogger logger, string problem);

    [LoggerMessage(1454, LogLevel.Information, "This node hears of new webhooks at once again.")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(1455, LogLevel.Information, "Partitions of the attempts are not made, since the role may not ({Problem}); all attempts go to the default partition.")]
    public static partial void NoPartitions(ILogger logger, string problem);

    [LoggerMessage(1456, LogLevel.Warning, "Partitions of the attempts could not be made; attempts go to the default partition until the next trim tries again.")]
    public static partial void PartitionsFailed(ILogger logger, Exception exception);
}
