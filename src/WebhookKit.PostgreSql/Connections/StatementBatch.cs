using Npgsql;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>Statements that go to the server in one round trip.</summary>
internal sealed class StatementBatch(Session session, NpgsqlBatch batch)
{
    /// <summary>Adds a statement of <c>Queries/</c>.</summary>
    public StatementBatch Add(string name, params ReadOnlySpan<NpgsqlParameter> parameters) => AddText(session.Statements[name], parameters);

    /// <summary>Adds a statement as it stands, but for the schema's placeholder.</summary>
    public StatementBatch AddText(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(session.Statements.Complete(text));
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
        return this;
    }

    /// <summary>Runs the statements; the reader stands at the first result. Statements without one are passed over.</summary>
    public Task<NpgsqlDataReader> ReadAsync() => batch.ExecuteReaderAsync(session.Token);

    public async Task RunAsync()
    {
        await using var disposal = batch.ConfigureAwait(false);
        await batch.ExecuteNonQueryAsync(session.Token).ConfigureAwait(false);
    }

    /// <summary>Runs the statements and commits in the same round trip.</summary>
    public Task CommitAsync()
    {
        AddCommit();
        return RunAsync();
    }

    /// <summary>Runs the statements and commits in the same round trip; all of the reader must be read.</summary>
    public Task<NpgsqlDataReader> ReadAndCommitAsync()
    {
        AddCommit();
        return ReadAsync();
    }

    private void AddCommit()
    {
        session.Commits();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
    }
}
