using Npgsql;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// One piece of work on one connection. A transaction begins with its first batch, READ COMMITTED whatever the server's default is; it ends with the batch that
/// commits, or is rolled back when the connection goes back. The server ends a transaction whose process falls silent, so that a node that freezes or is cut
/// off keeps its locks from others for seconds only; and nobody waits long for a lock, but gives up and tries again.
/// </summary>
internal sealed class Session(NpgsqlConnection connection, Statements statements, SessionSettings settings, CancellationToken token)
{
    private const string LockText = "SET LOCAL lock_timeout = '2s'";

    // Settings of the transaction alone: behind a pooler the next one on this connection may be somebody else's.
    private static readonly string[] BeginTexts =
    [
        "BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL idle_in_transaction_session_timeout = '5s'",
    ];

    private NpgsqlTransaction? _transaction;
    private bool _begun;
    private bool _isInTransactionOfHost;

    /// <summary>In a transaction of the host's, which this neither begins nor ends.</summary>
    public static Session In(NpgsqlTransaction transaction, Statements statements, SessionSettings settings, CancellationToken token) =>
        new(transaction.Connection ?? throw new InvalidOperationException("The transaction has ended."), statements, settings, token)
        {
            _transaction = transaction, _begun = true, _isInTransactionOfHost = true,
        };

    public Statements Statements { get; } = statements;

    /// <summary>The store's time as a parameter: null, and the server's clock counts, except in tests.</summary>
    public NpgsqlParameter Now => Param.Time(settings.Now());

    public CancellationToken Token { get; } = token;

    /// <summary>Whether a commit may have reached the server.</summary>
    public bool MayHaveCommitted { get; private set; }

    /// <summary>Whether it gives up soon where somebody has a lock that it needs: others wait for its transaction who need not wait for that lock.</summary>
    public bool WaitsBriefly { get; init; }

    /// <summary>A batch of the transaction.</summary>
    public StatementBatch Batch()
    {
        var batch = Plain(out var statements);
        if (!_begun)
        {
            foreach (var text in BeginTexts)
                statements.AddText(text);
            statements.AddText(WaitsBriefly ? settings.BriefLockText : LockText);
        }

        _begun = true;
        batch.Transaction = _transaction;
        return statements;
    }

    /// <summary>A batch that only reads: no transaction.</summary>
    public StatementBatch Query()
    {
        Plain(out var statements);
        return statements;
    }

    public Task CommitAsync() => Batch().CommitAsync();

    public void Commits()
    {
        if (_isInTransactionOfHost)
            throw new InvalidOperationException("The transaction is the host's to commit.");
        MayHaveCommitted = true;
    }

    /// <summary>Undoes what was done, to begin anew on the same connection.</summary>
    public async Task RollBackAsync()
    {
        await Query().AddText("ROLLBACK").RunAsync().ConfigureAwait(false);
        _begun = false;
    }

    private NpgsqlBatch Plain(out StatementBatch statements)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = settings.TimeoutSeconds };
        statements = new StatementBatch(this, batch);
        return batch;
    }
}
