using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Migrations;

/// <summary>
/// The partitions of the attempts: one for each day, made a week ahead, dropped when all in them was removed. Each is made in a transaction of its own that
/// waits for no lock for long; what cannot be made goes to the default partition, and the next day has its own again.
/// </summary>
internal sealed class Partitions(DataSources sources, Statements statements, SessionSettings settings, ILogger logger)
{
    private const int DaysAhead = 7;
    private const string Prefix = "attempt_";
    private const string DateForm = "yyyyMMdd";
    private DateOnly _madeUntil = DateOnly.MinValue;
    private bool _isRefused;

    /// <summary>Makes the partitions of today and the days ahead, unless that was done today.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_isRefused)
            return;
        var connection = await DataSources.OpenAsync(sources.Migrate, cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        var today = await TodayAsync(connection, cancellationToken).ConfigureAwait(false);
        if (_madeUntil >= today.AddDays(DaysAhead))
            return;
        var there = await ListAsync(connection, cancellationToken).ConfigureAwait(false);
        var isMade = true;
        for (var day = today; day <= today.AddDays(DaysAhead) && !_isRefused; day = day.AddDays(1))
        {
            if (!there.Contains(day))
                isMade &= await TryAsync(connection, Creation(day), cancellationToken).ConfigureAwait(false);
        }

        if (isMade)
            _madeUntil = today.AddDays(DaysAhead);
    }

    /// <summary>Drops partitions of days before this one that are empty.</summary>
    public async Task DropAsync(DateOnly before, CancellationToken cancellationToken)
    {
        if (_isRefused)
            return;
        var connection = await DataSources.OpenAsync(sources.Migrate, cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        foreach (var day in await ListAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            if (day >= before || _isRefused || !await IsEmptyAsync(connection, day, cancellationToken).ConfigureAwait(false))
                continue;
            // Locked first, the table before its part as everybody does, and looked at again: an attempt may be logged late.
            await TryAsync(
                connection,
                $"LOCK TABLE ONLY {statements.Quoted}.attempt IN ACCESS EXCLUSIVE MODE; LOCK TABLE {NameOf(day)} IN ACCESS EXCLUSIVE MODE; "
                + $"DO $$ BEGIN IF NOT EXISTS (SELECT FROM {NameOf(day)}) THEN DROP TABLE {NameOf(day)}; END IF; END $$",
                cancellationToken).ConfigureAwait(false);
        }
    }

    private string NameOf(DateOnly day) => $"{statements.Quoted}.{Prefix}{day.ToString(DateForm, CultureInfo.InvariantCulture)}";

    private string Creation(DateOnly day) =>
        $"CREATE TABLE IF NOT EXISTS {NameOf(day)} PARTITION OF {statements.Quoted}.attempt FOR VALUES FROM ('{FirstId(day)}') TO ('{FirstId(day.AddDays(1))}')";

    /// <summary>The least id that has a time of this day (RFC 9562 section 5.7: 48 bits of milliseconds first).</summary>
    private static string FirstId(DateOnly day)
    {
        var milliseconds = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        var hex = milliseconds.ToString("x12", CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..]}-0000-0000-000000000000";
    }

    private async Task<DateOnly> TodayAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (settings.Now() is { } given)
            return DateOnly.FromDateTime(given);
        var command = new NpgsqlCommand("SELECT now()", connection);
        await using var disposal = command.ConfigureAwait(false);
        return DateOnly.FromDateTime((DateTime)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }

    private async Task<SortedSet<DateOnly>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace
            WHERE n.nspname = $1 AND p.relname = 'attempt'
            """,
            connection);
        await using var disposal = command.ConfigureAwait(false);
        command.Parameters.Add(Param.Text(statements.Schema));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var days = new SortedSet<DateOnly>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var name = reader.GetString(0);
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && DateOnly.TryParseExact(
                name[Prefix.Length..], DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                days.Add(day);
        }

        return days;
    }

    private async Task<bool> IsEmptyAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT FROM {NameOf(day)})", connection);
        await using var disposal = command.ConfigureAwait(false);
        try
        {
            return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            // Another node was quicker.
            return false;
        }
    }

    /// <summary>
    /// Runs DDL that is only good to have. Somebody else may hold a lock, or another node may have been quicker, or the default partition has attempts of the
    /// day: it is left for another time. False only if trying again soon may do better.
    /// </summary>
    private async Task<bool> TryAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var disposal = transaction.ConfigureAwait(false);
        try
        {
            var command = new NpgsqlCommand($"SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '5s'; {text}", connection, transaction) { CommandTimeout = settings.TimeoutSeconds };
            await using var closing = command.ConfigureAwait(false);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            _isRefused = true;
            Log.NoPartitions(logger, e.MessageText);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.CheckViolation
            or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidObjectDefinition)
        {
            return e.SqlState is not (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected);
        }
    }
}
