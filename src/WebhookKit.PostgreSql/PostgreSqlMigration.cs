namespace WebhookKit;

/// <summary>What a node does about the database's schema when it starts.</summary>
public enum PostgreSqlMigration
{
    /// <summary>Brings it to this library's version: makes it if it is missing. Several nodes may start at once; one of them does it.</summary>
    Apply,

    /// <summary>Looks whether it can be worked with, and refuses to start if not. For a role that may not change it.</summary>
    Verify,

    /// <summary>Does not look at it. A table that is missing shows with the first call.</summary>
    Skip,
}
