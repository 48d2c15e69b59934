using WebhookKit.PostgreSql.Connections;

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
    /// <value><see cref="StoreMigration.Apply"/> by default.</value>
    public StoreMigration Migrate { get; set; } = StoreMigration.Apply;

    /// <summary>Whether the store listens for work that other nodes publish. Without it they are found by polling.</summary>
    /// <value>True by default. It takes one connection of its own while this node sends.</value>
    public bool Listen { get; set; } = true;

    /// <summary>How long a statement may take before it is given up with <see cref="StoreFault.TimedOut"/>.</summary>
    /// <value>30 seconds by default; 1 second to 10 minutes.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node that waits for work looks for it at the latest, whatever it hears. Up to a quarter less, at random.</summary>
    /// <value>1 second by default; 10 milliseconds to 1 second.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether statements are kept prepared on the connections, which saves the server a good part of its work. Only where connections go straight to the
    /// server: behind a pooler a prepared statement may be looked for on another connection than it was made on. They are still planned at each execution
    /// (<c>plan_cache_mode</c>), since these tables grow faster than statistics are made.
    /// </summary>
    /// <value>
    /// False by default. Only with a connection string; a data source of the application's own is given
    /// <c>Max Auto Prepare=200;Options=-c plan_cache_mode=force_custom_plan</c> instead.
    /// </value>
    public bool PrepareStatements { get; set; }

    /// <summary>How long calls that share a transaction wait for somebody's lock before each goes by itself; longer in tests that hold one.</summary>
    internal TimeSpan BriefLockTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What was wrong with the configuration; reported with all other faults.</summary>
    internal List<WebhookError> BindingFaults { get; } = [];

    internal IReadOnlyList<WebhookError> Validate()
    {
        const string section = "Webhooks:PostgreSql:";
        var faults = new List<WebhookError>(BindingFaults);
        if (!SchemaName.IsValid(Schema))
            faults.Add(new(
                WebhookErrorCode.InvalidText, section + nameof(Schema), $"'{Schema}' is no name of a schema.",
                "Use 1 to 40 letters, digits and underscores, no digit first."));
        CheckConnection(faults, section + nameof(ListenConnectionString), ListenConnectionString);
        CheckConnection(faults, section + nameof(MigrateConnectionString), MigrateConnectionString);
        if (!Enum.IsDefined(Migrate))
            faults.Add(new(WebhookErrorCode.OutOfRange, section + nameof(Migrate), $"There is no {Migrate}.", "Use Apply, Verify or Skip."));
        if (CommandTimeout < TimeSpan.FromSeconds(1) || CommandTimeout > TimeSpan.FromMinutes(10))
            faults.Add(new(
                WebhookErrorCode.OutOfRange, section + nameof(CommandTimeout), $"{CommandTimeout} is out of range.", "Use 1 second to 10 minutes."));
        if (PollInterval < TimeSpan.FromMilliseconds(10) || PollInterval > TimeSpan.FromSeconds(1))
            faults.Add(new(
                WebhookErrorCode.OutOfRange, section + nameof(PollInterval), $"{PollInterval} is out of range.", "Use 10 milliseconds to 1 second."));
        return faults;
    }

    /// <summary>A connection string may contain a password: it is never repeated.</summary>
    internal static void CheckConnection(List<WebhookError> faults, string field, string? connectionString)
    {
        if (connectionString is not null && DataSources.Fault(connectionString) is { } fault)
            faults.Add(new(WebhookErrorCode.InvalidText, field, fault, "Give a connection string of Npgsql that names a host."));
    }
}
