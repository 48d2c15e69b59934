using System.Threading.Channels;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>
/// The one thread that writes. It takes all calls that are queued into one transaction, and answers them once that is committed: one flush of the disk for
/// all. If one of them fails after it wrote something, all run again, each within a savepoint of its own. Between transactions it serves the calls for a lease
/// that wait, and expands large fan-outs.
/// </summary>
internal sealed partial class Writer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
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

    /// <summary>How many calls the last group had.</summary>
    private int _gathered;

    /// <summary>How many calls the writer waits for, while it does.</summary>
    private int _awaited;
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

        // Before it sleeps for longer than a moment, the writer looks at the queue.
        if (Volatile.Read(ref _awaited) is var awaited && (awaited == 0 || _queue.Reader.Count >= awaited))
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
        Gather(group);
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

    /// <summary>
    /// Takes what is queued. Those whom a commit answered call again at once, one after the other: for the rest of such a wave it waits a moment, since each
    /// commit writes the same pages anew and flushes the disk, however few calls share it.
    /// </summary>
    private void Gather(List<WriteItem> group)
    {
        group.Clear();
        Take(group);
        if (group.Count > 0 && group.Count < _gathered / 2)
        {
            Volatile.Write(ref _awaited, _gathered - group.Count);
            Forget();
            _signal.Wait(Moment);
            Volatile.Write(ref _awaited, 0);
            Take(group);
        }

        _gathered = group.Count;
    }

    private void Take(List<WriteItem> group)
    {
        while (group.Count < _maxGroup && _queue.Reader.TryRead(out var item))
        {
            if (item.TryTake())
                group.Add(item);
        }
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
        Forget();
    }

    private void Forget()
    {
        while (_signal.Wait(0))
        {
            // One look is enough for all that was told.
        }
    }

    private bool Expands(long now) => !Expansions.IsEmpty && _expandAt <= now;

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
