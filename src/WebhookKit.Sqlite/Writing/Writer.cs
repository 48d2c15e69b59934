using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>
/// The one thread that writes. It takes all calls that are queued into one transaction, each within a savepoint of its own, and answers them once that is
/// committed: one flush of the disk for all. Between transactions it serves the calls for a lease that wait, and expands large fan-outs.
/// </summary>
internal sealed class Writer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Channel<WriteItem> _queue;
    private readonly Func<Session> _open;
    private readonly Health _health;
    private readonly int _maxGroup;
    private readonly Alarm _alarm;
    private readonly Waiters _waiters = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Session? _session;

    /// <summary>When expanding goes on after it failed.</summary>
    private long _expandAt;

    /// <summary>When what was erased is to be taken out of the log as well; null if nothing was.</summary>
    private long? _wipeAt;

    /// <summary>When the next lane is due, while somebody waits for one.</summary>
    private long? _nextDue;
    private long _commits;

    /// <param name="session">The connection that is open.</param>
    /// <param name="open">Opens another one, and brings up to date whatever follows the file; asked on the writer's thread.</param>
    /// <param name="clock">The store's clock.</param>
    /// <param name="time">What the alarm goes by.</param>
    /// <param name="health">Tells how the store fares.</param>
    /// <param name="maxGroup">How many calls share a transaction at most.</param>
    public Writer(Session session, Func<Session> open, FileClock clock, TimeProvider time, Health health, int maxGroup)
    {
        (_session, _open, Clock, _health, _maxGroup) = (session, open, clock, health, maxGroup);
        _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(4 * maxGroup) { SingleReader = true });
        _alarm = new Alarm(time, clock, Signal);
        Expansions.AddMissing(session.Contents.Pending.Messages());
    }

    public FileClock Clock { get; }

    public Expansions Expansions { get; } = new();

    /// <summary>How many transactions that changed something were committed.</summary>
    public long Commits => Volatile.Read(ref _commits);

    public void Start() => new Thread(Work) { IsBackground = true, Name = "WebhookKit SQLite writer" }.Start();

    /// <summary>Does some work; the answer comes when it is durable. The token counts as long as the work is queued.</summary>
    public async Task<T> RunAsync<T>(Func<Session, long, T> run, Action<T>? committed, CancellationToken cancellationToken)
    {
        var item = new WorkItem<T>(run, committed);
        await QueueAsync(item, cancellationToken).ConfigureAwait(false);
        return await item.Answer.ConfigureAwait(false);
    }

    public async Task<Queue.Grant> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var item = new LeaseItem(request, FileClock.After(Clock.Now(), request.MaxWait));
        await QueueAsync(item, cancellationToken).ConfigureAwait(false);
        return await item.Answer.ConfigureAwait(false);
    }

    /// <summary>Finishes what is queued, tells those that wait, and closes the connection.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        _signal.Release();
        await _ended.Task.ConfigureAwait(false);
        Dispose();
    }

    /// <summary>What stays is of no use; <see cref="StopAsync"/> comes first where it was started.</summary>
    public void Dispose()
    {
        _alarm.Dispose();
        _signal.Dispose();
    }

    private async Task QueueAsync(WriteItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        item.CancelBy(cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException(nameof(SqliteStore), e);
        }

        Signal();
    }

    /// <summary>Wakes the thread, if it has not gone: a timer may ring, and a call come, at its end.</summary>
    private void Signal()
    {
        try
        {
            _signal.Release();
        }
        catch (ObjectDisposedException)
        {
            // Nobody is there to be woken, and nothing is left to be done.
        }
    }

    private void Work()
    {
        var group = new List<WriteItem>(_maxGroup);
        for (var goesOn = true; goesOn;)
        {
            try
            {
                goesOn = Turn(group);
            }
            catch (Exception e)
            {
                // The last resort: the thread lives as long as the store, whatever goes wrong.
                GiveUp(group, e);
                goesOn = !_queue.Reader.Completion.IsCompleted;
            }
        }

        End();
    }

    /// <summary>One group of calls; false if there will be no more.</summary>
    private bool Turn(List<WriteItem> group)
    {
        group.Clear();
        while (group.Count < _maxGroup && _queue.Reader.TryRead(out var item))
        {
            if (item.TryTake())
                group.Add(item);
        }

        var isOver = _queue.Reader.Completion.IsCompleted;
        RunGroup(group, isAlone: false);
        if (isOver && group.Count == 0)
            return false;
        var now = Clock.Now();
        if (_wipeAt <= now)
            Wipe(now);
        if (Rest(now))
            Sleep();
        return true;
    }

    /// <summary>Whether there is nothing to do for now; the alarm is set for what becomes due by itself.</summary>
    private bool Rest(long now)
    {
        if (_queue.Reader.TryPeek(out _) || _queue.Reader.Completion.IsCompleted || Expands(now))
            return false;
        var next = Math.Min(_wipeAt ?? long.MaxValue, Expansions.IsEmpty ? long.MaxValue : _expandAt);
        if (!_waiters.IsEmpty)
            next = Math.Min(next, Math.Min(_waiters.FirstDeadline ?? long.MaxValue, _nextDue ?? long.MaxValue));
        return next == long.MaxValue || _alarm.Set(next);
    }

    private void Sleep()
    {
        _signal.Wait();
        while (_signal.Wait(0))
        {
            // One look is enough for all that was told.
        }
    }

    private bool Expands(long now) => !Expansions.IsEmpty && _expandAt <= now;

    /// <summary>Runs calls in one transaction, and answers them.</summary>
    /// <param name="group">The calls.</param>
    /// <param name="isAlone">Whether there is no room for anything else, so that nobody is served and nothing expanded in the same transaction.</param>
    private void RunGroup(List<WriteItem> group, bool isAlone)
    {
        Action? expanded = null;
        var (expanding, committing) = (false, false);
        var now = Clock.Now();
        if (group.Count == 0 && _waiters.IsEmpty && !Expands(now))
            return;
        try
        {
            var session = _session ??= Open();
            session.Database.Statement("BEGIN IMMEDIATE").Run();
            now = Clock.Now();
            var before = session.Database.Changes;
            var isWell = Run(group, session, now);
            expanding = !isAlone && Expands(now);
            expanded = expanding ? Expand(session, now) : null;
            Admit(group, session, now, isAlone);
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
        RunGroup([item], isAlone: true);
    }

    /// <summary>A connection in place of one that failed. A commit whose answer was lost may stand: what is in memory follows the file before anything else.</summary>
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
    private bool Run(List<WriteItem> group, Session session, long now)
    {
        var isWell = true;
        foreach (var item in group.Where(item => item is not LeaseItem))
            isWell &= Run(item, session, now);
        foreach (var item in group.Where(item => item is LeaseItem))
            isWell &= Run(item, session, now);
        return isWell;
    }

    private bool Run(WriteItem item, Session session, long now)
    {
        if (session.Attempt(() => item.Run(session, now)) is not { } error)
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
            error = session.Attempt(() => expanded = Expansions.Step(session));
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
    private void Admit(List<WriteItem> group, Session session, long now, bool isAlone)
    {
        foreach (var item in group.OfType<LeaseItem>().Where(item => item is { Waits: true, Error: null }))
            _waiters.Add(item);
        if (_waiters.IsEmpty || isAlone)
            return;
        _waiters.Serve(session, now, item => Run(item, session, now));
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

    /// <summary>Something failed in a way that was not foreseen: all calls are told, and the writer begins anew.</summary>
    private void GiveUp(List<WriteItem> group, Exception e)
    {
        var error = _health.Broke(e);
        foreach (var item in _waiters.TakeAll())
            item.Fail(error);
        foreach (var item in group.Where(item => item.IsTaken))
            item.Fail(error);
        Expansions.LetGo();
        Replace();
        // What fails at once would fail without end.
        _signal.Wait(Pause);
    }

    private void End()
    {
        try
        {
            foreach (var item in _waiters.TakeAll())
                item.Fail(new ObjectDisposedException(nameof(SqliteStore)));
            Expansions.LetGo();
            // Leaves one file without a log behind it; fails where somebody reads on, who will do it then.
            Checkpoint("TRUNCATE");
            Replace();
        }
        catch (Exception e)
        {
            _health.Broke(e);
        }
        finally
        {
            _ended.SetResult();
        }
    }
}
