namespace WebhookKit;

/// <summary>The settings of the SQLite store. Section <c>Webhooks:Sqlite</c>.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>When a commit waits for the disk.</summary>
    /// <value><see cref="SqliteSynchronous.Full"/> by default.</value>
    public SqliteSynchronous Synchronous { get; set; } = SqliteSynchronous.Full;

    /// <summary>How long to wait while another connection, such as a tool or a backup, holds a lock on the file, before the call fails.</summary>
    /// <value>5 seconds by default; zero to 1 minute.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait at the start for another process that owns the file, such as the former version of this one, to end.</summary>
    /// <value>30 seconds by default; zero to 10 minutes.</value>
    public TimeSpan OwnerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What to do about the schema at the start.</summary>
    /// <value><see cref="StoreMigration.Apply"/> by default.</value>
    public StoreMigration Migrate { get; set; } = StoreMigration.Apply;

    /// <summary>How many calls are committed together at the most. Each waits for the one flush that they share.</summary>
    /// <value>1,000 by default; 1 to 10,000.</value>
    public int MaxGroup { get; set; } = 1_000;

    /// <summary>How many queries of the log may read at the same time; further ones wait.</summary>
    /// <value>4 by default; 1 to 64.</value>
    public int Readers { get; set; } = 4;

    /// <summary>What was wrong with the configuration.</summary>
    internal List<WebhookError> BindingFaults { get; } = [];

    /// <summary>Everything that is wrong with the options and the connection string; empty if nothing is.</summary>
    internal IReadOnlyList<WebhookError> Validate(string connectionString)
    {
        List<WebhookError> errors = [.. BindingFaults];
        Sqlite.Files.DatabasePath.Check(connectionString, errors);
        Within(TimeSpan.Zero, BusyTimeout, TimeSpan.FromMinutes(1), nameof(BusyTimeout));
        Within(TimeSpan.Zero, OwnerTimeout, TimeSpan.FromMinutes(10), nameof(OwnerTimeout));
        Within(1, MaxGroup, 10_000, nameof(MaxGroup));
        Within(1, Readers, 64, nameof(Readers));
        Defined(Synchronous, nameof(Synchronous));
        Defined(Migrate, nameof(Migrate));
        return errors;

        void Within<T>(T least, T value, T most, string name) where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
                errors.Add(new WebhookError(WebhookErrorCode.OutOfRange, $"Webhooks:Sqlite:{name}", $"It is {value}.", $"Use {least} to {most}."));
        }

        void Defined<T>(T value, string name) where T : struct, Enum
        {
            if (!Enum.IsDefined(value))
                errors.Add(new WebhookError(
                    WebhookErrorCode.OutOfRange, $"Webhooks:Sqlite:{name}", $"It is {value}.", $"Use one of {string.Join(", ", Enum.GetNames<T>())}."));
        }
    }
}
