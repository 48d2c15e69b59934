namespace WebhookKit.PostgreSql.Connections;

/// <summary>Whether a piece of work may be repeated when nobody knows whether it was committed.</summary>
internal enum Repeat
{
    /// <summary>It may not: done twice, it would have another effect.</summary>
    IfNotCommitted,

    /// <summary>It may: done twice, it has the effect of once.</summary>
    Always,
}
