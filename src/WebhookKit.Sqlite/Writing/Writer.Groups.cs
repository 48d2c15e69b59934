using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>One transaction: the calls of a group, what is expanded and who is served with them, the commit, and what becomes of it all if it fails.</summary>
internal sealed partial class Writer
{
    /// <summary>Runs calls in one transaction, and answers them.</summary>
    /// <param name="group">The calls.</param>
    /// <param name="isAlone">Whether there is no room for anything else, so that nobody is served and nothing expanded in the same transaction.</param>
    /// <param name="isApart">Whether each call is kept apart from the others by a savepoint, since one of them failed when they were not.</param>
    private void RunGroup(List<WriteItem> group, bool isAlone, bool isApart = false)
    {
        Action? expanded = null;
        var (expanding, committing) = (false, false);
        var now = Clock.Now();
        if (group.Count == 0 && _waiters.IsEmpty && !Expands(now))
            return;
        try
        {
            var session = _session ??= Open();
            session.Begin();
            now = Clock.Now();
            var before = session.Database.Changes;
            var isWell = Run(group, session, now, isApart);
            expanding = !isAlone && Expands(now);
            expanded = expanding ? Expand(session, now) : null;
            Admit(group, session, now, isAlone, isApart);
            if (session.IsSpoiled)
            {
                RunApart(group, session, isAlone);
                return;
            }

            committing = true;
            isWell &= Commit(session, before, now);
            if (isWell && !isAlone)
                _health.Succeeded();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_FULL && !isAlone && (group.Count > 0 || expanding))
        {
            // Where there is no room, SQLite takes everything back. What needs no room is done all the same: each for itself, after the log gave back what it
            // could.
            Recover(_health.Failed(e), now, endsConnection: false);
            Checkpoint("RESTART");
            foreach (var item in group.Where(item => item.IsTaken).ToArray())
                RunAlone(item);
            // Whoever waits is served next, without what is to be expanded.
            _nextDue = now;
            return;
        }
        catch (Exception e)
        {
            var error = _health.Failed(e);
            Recover(error, now, SqliteFaults.EndsConnection(e) || (committing && !SqliteFaults.CommittedNothing(e)));
            foreach (var item in group.Where(item => item.IsTaken))
                item.Fail(error);
            if (error.Fault == StoreFault.Full)
                Checkpoint("RESTART");
            return;
        }

        expanded?.Invoke();
        foreach (var item in _waiters.TakeServed())
            item.Complete();
        foreach (var item in group.Where(item => item.IsTaken))
            item.Complete();
    }

    private void RunAlone(WriteItem item)
    {
        item.Forgive();
        RunGroup([item], isAlone: true, isApart: true);
    }

    /// <summary>Takes everything back, and runs the calls again so that one that fails takes nothing from the others.</summary>
    private void RunApart(List<WriteItem> group, Session session, bool isAlone)
    {
        session.Rollback();
        _waiters.TakeBack();
        var again = group.FindAll(item => item.IsTaken);
        foreach (var item in again)
            item.Forgive();
        RunGroup(again, isAlone, isApart: true);
    }

    /// <summary>
    /// A connection in place of one that failed. A commit whose answer was lost may stand: what is in memory follows the file before anything else.
    /// </summary>
    private Session Open()
    {
        var session = _open();
        try
        {
            Expansions.AddMissing(session.Contents.Pending.Messages());
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs each, those that lease last: a renewal comes before the lease that would take its lane. False if SQLite refused one of them.</summary>
    private bool Run(List<WriteItem> group, Session session, long now, bool isApart)
    {
        var isWell = true;
        foreach (var item in group.Where(item => item is not LeaseItem))
            isWell &= Run(item, session, now, isApart);
        foreach (var item in group.Where(item => item is LeaseItem))
            isWell &= Run(item, session, now, isApart);
        return isWell;
    }

    private bool Run(WriteItem item, Session session, long now, bool isApart)
    {
        var error = isApart ? session.AttemptApart(() => item.Run(session, now)) : session.Attempt(() => item.Run(session, now));
        if (error is null)
            return true;
        if (error is SqliteException && SqliteFaults.EndsConnection(error))
            ExceptionDispatchInfo.Throw(error);
        item.FailAlone(error is SqliteException ? _health.Failed(error) : error);
        return error is not SqliteException;
    }

    private Action? Expand(Session session, long now)
    {
        Action? expanded = null;
        Exception? error;
        try
        {
            error = session.AttemptApart(() => expanded = Expansions.Step(session));
        }
        catch
        {
            Expansions.PutBack();
            throw;
        }

        switch (error)
        {
            case null:
                return expanded;
            case WebhookStoreException { IsTransient: false } damaged:
                _health.CannotExpand(Expansions.Drop(), damaged);
                return null;
            default:
                PutBack(error, now);
                return null;
        }
    }

    private void PutBack(Exception error, long now)
    {
        var (message, isNew) = Expansions.PutBack();
        if (error is SqliteException)
            _health.Failed(error);
        else if (isNew)
            _health.CannotExpandYet(message, error);
        _expandAt = FileClock.After(now, Pause);
        Expansions.LetGo();
    }

    /// <summary>Has those wait that found nothing, and serves all that wait.</summary>
    private void Admit(List<WriteItem> group, Session session, long now, bool isAlone, bool isApart)
    {
        foreach (var item in group.OfType<LeaseItem>().Where(item => item is { Waits: true, Error: null }))
            _waiters.Add(item);
        if (_waiters.IsEmpty || isAlone)
            return;
        _waiters.Serve(session, now, item => Run(item, session, now, isApart));
        _nextDue = session.Contents.Lanes.NextDue([]);
    }

    /// <summary>Commits; false if there was nothing to be committed.</summary>
    private bool Commit(Session session, long before, long now)
    {
        var changed = session.Database.Changes != before;
        if (changed)
            session.Counters.Write(now);
        session.Database.Statement("COMMIT").Run();
        if (!changed)
            return false;
        session.Counters.Committed(now);
        Volatile.Write(ref _commits, _commits + 1);
        if (session.Database.HasTraces)
            _wipeAt ??= FileClock.After(now, Pause);
        return true;
    }

    /// <summary>The transaction is over without a trace; what belongs to no call goes on a little later.</summary>
    private void Recover(WebhookStoreException error, long now, bool endsConnection)
    {
        foreach (var item in _waiters.TakeOver(now))
            item.Fail(error);
        _expandAt = FileClock.After(now, Pause);
        Expansions.LetGo();
        _nextDue = FileClock.After(now, Pause);
        if (endsConnection || !TryRollback())
            Replace();
    }

    private bool TryRollback()
    {
        try
        {
            _session?.Rollback();
            return true;
        }
        catch (SqliteException)
        {
            // A connection that cannot even roll back is replaced.
            return false;
        }
    }

    /// <summary>The next transaction opens a new connection.</summary>
    private void Replace()
    {
        var session = _session;
        _session = null;
        session?.Dispose();
    }

    /// <summary>Writes the log back, so far as readers let it; false if some of it had to stay.</summary>
    private bool Checkpoint(string mode)
    {
        try
        {
            return _session is { } session && session.Database.Checkpoint(mode);
        }
        catch (SqliteException e)
        {
            _health.Failed(e);
            if (SqliteFaults.EndsConnection(e))
                Replace();
            return false;
        }
    }

    /// <summary>Empties the log: it still has what the file has no more.</summary>
    private void Wipe(long now)
    {
        _wipeAt = FileClock.After(now, Pause);
        if (!Checkpoint("TRUNCATE") || _session is not { } session)
            return;
        session.Database.HasTraces = false;
        _wipeAt = null;
    }
}
