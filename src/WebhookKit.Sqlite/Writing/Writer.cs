using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>
/// The one thread that writes. It takes all calls that are queued into one transaction, each within a savepoint of its own, and answers them once that is
/// committed: one flush of the disk for all. Between transactions it serves the calls for a lease that wait, and expands large fan-outs.
/// </summary>
internal sealed class Writer
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
    private bool _expansionsPaused;

    /// <summary>When the next lane is due, while somebody waits for one.</summary>
    private long? _nextDue;
    private long _commits;

    public Writer(Session session, Func<Session> open, FileClock clock, TimeProvider time, Health health, int maxGroup)
    {
        (_session, _open, Clock, _health, _maxGroup) = (session, open, clock, health, maxGroup);
        _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(4 * maxGroup) { SingleReader = true });
        _alarm = new Alarm(time, clock, () => _signal.Release());
        Expansions.Add(session.Contents.Pending.Messages());
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
        await _alarm.DisposeAsync().ConfigureAwait(false);
    }

    private async Task QueueAsync(WriteItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        item.CancelBy(cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }

        _signal.Release();
    }

    private void Work()
    {
        var group = new List<WriteItem>(_maxGroup);
        while (true)
        {
            group.Clear();
            while (group.Count < _maxGroup && _queue.Reader.TryRead(out var item))
            {
                if (item.TryTake())
                    group.Add(item);
            }

            var isOver = _queue.Reader.Completion.IsCompleted;
            var now = RunGroup(group);
            if (isOver && group.Count == 0)
                break;
            if (Rest(now))
                Sleep();
        }

        End();
    }

    /// <summary>Whether there is nothing to do for now; the alarm is set for what becomes due by itself.</summary>
    private bool Rest(long now)
    {
        if (_queue.Reader.TryPeek(out _) || _queue.Reader.Completion.IsCompleted || (!Expansions.IsEmpty && !_expansionsPaused))
            return false;
        var next = _waiters.IsEmpty ? null : _waiters.FirstDeadline;
        if (!_waiters.IsEmpty && _nextDue is { } due && (next is null || due < next))
            next = due;
        if (_expansionsPaused)
            next = Math.Min(next ?? long.MaxValue, now + Pause.Ticks);
        return next is not { } time || _alarm.Set(time);
    }

    private void Sleep()
    {
        _signal.Wait();
        while (_signal.Wait(0))
        {
            // One look is enough for all that was told.
        }

        _expansionsPaused = false;
    }

    private long RunGroup(List<WriteItem> group)
    {
        List<LeaseItem> served = [];
        List<WriteItem> answered = [];
        Action? expanded = null;
        var expanding = false;
        var now = Clock.Now();
        if (group.Count == 0 && _waiters.IsEmpty && (Expansions.IsEmpty || _expansionsPaused))
            return now;
        try
        {
            var session = _session ??= _open();
            session.Database.Statement("BEGIN IMMEDIATE").Run();
            now = Clock.Now();
            var before = session.Database.Changes;
            var isWell = Run(group, session, now);
            answered = group.FindAll(item => item is not LeaseItem { Waits: true, Error: null });
            expanding = !Expansions.IsEmpty && !_expansionsPaused;
            expanded = expanding ? Expand(session) : null;
            served = Admit(group, session, now);
            _nextDue = _waiters.IsEmpty ? null : session.Contents.Lanes.NextDue([]);
            Commit(session, before, now);
            if (isWell)
                _health.Succeeded();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_FULL && (group.Count > 1 || expanding))
        {
            // Where there is no room, SQLite takes everything back. What needs no room is done all the same: each for itself.
            Recover(served, _health.Failed(e), now, endsConnection: false);
            foreach (var item in group.Where(item => !_waiters.Has(item)).ToArray())
                RunGroup([item]);
            return now;
        }
        catch (Exception e)
        {
            Fail(group, served, _health.Failed(e), now, SqliteFaults.EndsConnection(e));
            return now;
        }

        _waiters.Remove(served);
        expanded?.Invoke();
        foreach (var item in answered)
            item.Complete();
        foreach (var item in served)
            item.Complete();
        return now;
    }

    /// <summary>Runs each; false if one of them found no room, or was refused otherwise by SQLite.</summary>
    private bool Run(List<WriteItem> group, Session session, long now)
    {
        var isWell = true;
        foreach (var item in group.Where(item => item.Error is null))
        {
            if (session.Attempt(() => item.Run(session, now)) is not { } error)
                continue;
            if (error is SqliteException && SqliteFaults.EndsConnection(error))
                throw error;
            isWell &= error is not SqliteException;
            item.FailAlone(error is SqliteException ? _health.Failed(error) : error);
        }

        return isWell;
    }

    private Action? Expand(Session session)
    {
        Action? expanded = null;
        switch (session.Attempt(() => expanded = Expansions.Step(session)))
        {
            case null:
                return expanded;
            case WebhookStoreException { IsTransient: false } damaged:
                _health.CannotExpand(Expansions.Drop(), damaged);
                return null;
            default:
                _expansionsPaused = true;
                Expansions.LetGo();
                return null;
        }
    }

    /// <summary>Has those wait that found nothing, and serves all that wait.</summary>
    private List<LeaseItem> Admit(List<WriteItem> group, Session session, long now)
    {
        foreach (var item in group.OfType<LeaseItem>().Where(item => item is { Waits: true, Error: null }))
            _waiters.Add(item);
        return _waiters.IsEmpty ? [] : _waiters.Serve(session, now);
    }

    private void Commit(Session session, long before, long now)
    {
        var changed = session.Database.Changes != before;
        if (changed)
            session.Counters.Write(now);
        session.Database.Statement("COMMIT").Run();
        if (!changed)
            return;
        session.Counters.Committed(now);
        Volatile.Write(ref _commits, _commits + 1);
    }

    private void Fail(List<WriteItem> group, List<LeaseItem> served, WebhookStoreException error, long now, bool endsConnection)
    {
        foreach (var item in group)
        {
            if (!_waiters.Has(item))
                item.Fail(error);
        }

        Recover(served, error, now, endsConnection);
    }

    /// <summary>The transaction is over without a trace; what belongs to no call goes on a little later.</summary>
    private void Recover(List<LeaseItem> served, WebhookStoreException error, long now, bool endsConnection)
    {
        foreach (var item in _waiters.Keep(served, now).Concat(_waiters.TakeOver(now)))
            item.Fail(error);
        _expansionsPaused = true;
        Expansions.LetGo();
        _nextDue = _waiters.IsEmpty ? null : now + Pause.Ticks;
        if (!endsConnection && TryRollback())
            return;
        _session?.Dispose();
        _session = null;
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

    private void End()
    {
        foreach (var item in _waiters.TakeAll())
            item.Fail(new ObjectDisposedException(nameof(SqliteStore)));
        Expansions.LetGo();
        try
        {
            // Leaves one file without a log behind it; fails where somebody reads on, who will do it then.
            _session?.Database.Text("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException e)
        {
            _health.Failed(e);
        }

        _session?.Dispose();
        _ended.SetResult();
    }
}
