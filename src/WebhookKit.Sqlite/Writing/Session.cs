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

    /// <summary>Runs something so that, if it fails, nothing of it stays; the transaction goes on if SQLite lets it.</summary>
    /// <returns>What it failed with; null if it did not.</returns>
    public Exception? Attempt(Action run)
    {
        Database.Statement("SAVEPOINT item").Run();
        try
        {
            run();
        }
        catch (Exception e) when (Database.InTransaction)
        {
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
