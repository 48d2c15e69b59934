using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite.Writing;

/// <summary>The connection that writes, with all that works over it. Replaced by a new one when it fails.</summary>
internal sealed class Session : IDisposable
{
    /// <param name="database">The connection; the session's own from then on, if it comes to be.</param>
    /// <param name="unreadable">Told of a lane that was set back because something in it cannot be read.</param>
    public Session(Database database, Action<Guid, WebhookStoreException> unreadable)
    {
        Database = database;
        Counters = new Counters(database);
        Contents = new Contents(database, Counters);
        Leases = new Leases(Contents, unreadable);
        Settler = new Settler(Contents);
        Removal = new Removal(Contents);
    }

    public Database Database { get; }

    public Counters Counters { get; }

    public Contents Contents { get; }

    public Leases Leases { get; }

    public Settler Settler { get; }

    public Removal Removal { get; }

    /// <summary>
    /// Whether something that failed in the open transaction left in it what it had written: the transaction must not be committed.
    /// </summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>Begins a transaction that writes.</summary>
    public void Begin()
    {
        IsSpoiled = false;
        Contents.Lanes.Forget();
        Database.Statement("BEGIN IMMEDIATE").Run();
    }

    /// <summary>
    /// Runs something without a savepoint, for which SQLite would copy every page that is written; the transaction is spoiled if it fails after it wrote.
    /// </summary>
    /// <returns>What it failed with; null if it did not.</returns>
    public Exception? Attempt(Action run)
    {
        var before = Database.Changes;
        try
        {
            run();
            return null;
        }
        catch (Exception e) when (Database.InTransaction)
        {
            Contents.Lanes.Forget();
            IsSpoiled |= Database.Changes != before;
            return e;
        }
    }

    /// <summary>Runs something so that, if it fails, nothing of it stays; the transaction goes on if SQLite lets it.</summary>
    /// <returns>What it failed with; null if it did not.</returns>
    public Exception? AttemptApart(Action run)
    {
        Database.Statement("SAVEPOINT item").Run();
        try
        {
            run();
        }
        catch (Exception e) when (Database.InTransaction)
        {
            Contents.Lanes.Forget();
            Database.Statement("ROLLBACK TO item").Run();
            Database.Statement("RELEASE item").Run();
            return e;
        }

        Database.Statement("RELEASE item").Run();
        return null;
    }

    /// <summary>Ends the transaction without a trace, if one is open.</summary>
    public void Rollback()
    {
        if (Database.InTransaction)
            Database.Statement("ROLLBACK").Run();
    }

    public void Dispose() => Database.Dispose();
}
