namespace WebhookKit;

/// <summary>How webhooks are kept in PostgreSQL; section <c>Webhooks:PostgreSql</c>, then what code sets.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>The name of the schema that has all tables; several applications can share a database with a schema each.</summary>
    /// <value><c>webhookkit</c> by default; 1 to 40 letters, digits and underscores, no digit first. It is quoted, so capital letters count.</value>
    public string Schema { get; set; } = "webhookkit";

    /// <summary>
    /// The connection string of the one connection that hears of new work at once (<c>LISTEN</c>). Give a direct one where <see cref="PostgreSqlStoreOptions"/>'s
    /// other connections go through a pooler in transaction mode; without it nodes find work by polling.
    /// </summary>
    /// <value>Null by default: the same as all others.</value>
    public string? ListenConnectionString { get; set; }

    /// <summary>The connection string that the schema is migrated with, where another role does that. Used at start only, and for partitions.</summary>
    /// <value>Null by default: the same as all others.</value>
    public string? MigrateConnectionString { get; set; }

    /// <summary>What this node does about the schema when it starts.</summary>
    /// <value><see cref="PostgreSqlMigration.Apply"/> by default.</value>
    public PostgreSqlMigration Migrate { get; set; } = PostgreSqlMigration.Apply;

    /// <summary>Whether the store listens for work that other nodes publish. Without it they are found by polling.</summary>
    /// <value>True by default. It takes one connection of its own while this node sends.</value>
    public bool Listen { get; set; } = true;

    /// <summary>How long a statement may take before it is given up with <see cref="StoreFault.TimedOut"/>.</summary>
    /// <value>30 seconds by default; 1 second to 10 minutes.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node that waits for work looks for it at the latest, whatever it hears. Up to a quarter less, at random.</summary>
    /// <value>1 second by default; 10 milliseconds to 1 second.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}
