namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>What happens to a connection at one message of its client.</summary>
public enum Blow
{
    /// <summary>The message does not arrive, and the connection is reset; the next one works.</summary>
    Lost,

    /// <summary>As <see cref="Lost"/>, and all other connections are reset and new ones refused until the proxy is opened.</summary>
    LostForGood,

    /// <summary>The server does what the message says, its answer does not arrive, and the connection is reset; the next one works.</summary>
    Unanswered,

    /// <summary>As <see cref="Unanswered"/>, and all other connections are reset and new ones refused until the proxy is opened.</summary>
    UnansweredForGood,
}
