using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Migrations;

/// <summary>
/// Brings the schema to this library's version, or looks whether it can be worked with. One transaction under a lock that it holds to its end, so that of
/// several nodes that start at once one migrates and the others find it done; a lock of the transaction works behind a pooler too.
/// </summary>
internal sealed class Migrator(DataSources sources, Statements statements, StoreMigration mode, SessionSettings settings, ILogger logger)
{
    public Partitions Partitions { get; } = new(sources, statements, settings, logger);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (mode == StoreMigration.Skip)
            return;
        await MigrateAsync(cancellationToken).ConfigureAwait(false);
        if (mode == StoreMigration.Apply)
            await EnsurePartitionsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Attempts have their default partition: what fails here must not keep the store from opening. The next trim tries again.</summary>
    private async Task EnsurePartitionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Partitions.EnsureAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Faults.IsFailure(e))
        {
            Log.PartitionsFailed(logger, e);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var connection = await DataSources.OpenAsync(sources.Migrate, cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        var found = await VersionAsync(connection, transaction: null, cancellationToken).ConfigureAwait(false);
        if (mode == StoreMigration.Verify || found?.Version >= MigrationScripts.Version)
            Verify(found);
        else
            await TryApplyAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private void Verify(SchemaVersion? found)
    {
        if (found is null)
        {
            throw new WebhookStoreException(StoreFault.Refused,
                $"The schema {statements.Schema} has no webhook store. Set Webhooks:PostgreSql:Migrate to Apply, or run what PostgreSqlMigrations.ToScript prints.") { IsReported = true };
        }

        if (found.Value.Version < MigrationScripts.Version)
        {
            throw new WebhookStoreException(StoreFault.Refused,
                $"The schema {statements.Schema} is of version {found.Value.Version}, this library needs {MigrationScripts.Version}. "
                + "Set Webhooks:PostgreSql:Migrate to Apply, or run what PostgreSqlMigrations.ToScript prints.") { IsReported = true };
        }

        if (found.Value.OldestLevel > MigrationScripts.Level)
        {
            throw new WebhookStoreException(StoreFault.Refused,
                $"The schema {statements.Schema} is of version {found.Value.Version}, which this library is too old for. Use a newer one.") { IsReported = true };
        }
    }

    private async Task TryApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            throw new WebhookStoreException(StoreFault.Refused,
                $"The schema {statements.Schema} is to be brought to version {MigrationScripts.Version}, and the role may not ({e.MessageText}). Give a role that "
                + "may as Webhooks:PostgreSql:MigrateConnectionString, or run what PostgreSqlMigrations.ToScript prints and set Webhooks:PostgreSql:Migrate to Verify.",
                e) { IsReported = true };
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var disposal = transaction.ConfigureAwait(false);
        await RunAsync(connection, transaction, $"SELECT pg_advisory_xact_lock(hashtextextended('webhookkit:{statements.Schema}', 0))", cancellationToken)
            .ConfigureAwait(false);
        // A statement after the lock: it sees what the node that had it before has committed.
        var found = await VersionAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        if (found?.Version >= MigrationScripts.Version)
        {
            Verify(found);
            return;
        }

        if (!await ExistsAsync(connection, transaction, "SELECT 1 FROM pg_namespace WHERE nspname = $1", statements.Schema, cancellationToken).ConfigureAwait(false))
            await RunAsync(connection, transaction, $"CREATE SCHEMA {statements.Quoted}", cancellationToken).ConfigureAwait(false);
        foreach (var script in MigrationScripts.After(found?.Version ?? 0))
            await RunAsync(connection, transaction, statements.Complete(script.Text), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        Log.Migrated(logger, statements.Schema, MigrationScripts.Version);
    }

    private async Task<SchemaVersion?> VersionAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        const string exists = "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_info'";
        if (!await ExistsAsync(connection, transaction, exists, statements.Schema, cancellationToken).ConfigureAwait(false))
            return null;
        var command = new NpgsqlCommand(statements.Complete("SELECT version, oldest_level FROM {schema}.schema_info"), connection, transaction);
        await using var disposal = command.ConfigureAwait(false);
        command.CommandTimeout = settings.TimeoutSeconds;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? new SchemaVersion(reader.GetInt32(0), reader.GetInt32(1)) : null;
    }

    private async Task<bool> ExistsAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string text, string name, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(text, connection, transaction) { CommandTimeout = settings.TimeoutSeconds };
        await using var disposal = command.ConfigureAwait(false);
        command.Parameters.Add(Param.Text(name));
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null;
    }

    private async Task RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string text, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(text, connection, transaction) { CommandTimeout = Math.Max(settings.TimeoutSeconds, 600) };
        await using var disposal = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private readonly record struct SchemaVersion(int Version, int OldestLevel);
}
