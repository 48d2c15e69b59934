namespace WebhookKit.Testing.Harness;

/// <summary>
/// The calls for a lease that wait, and what wakes them: any change in the store, or time. A wake-up counts as movement from the very moment it happens, not
/// only when the call goes on. Whoever is about to wait says what it has seen, so that no change in between is lost.
/// </summary>
internal sealed class LeaseWaits(Stillness stillness, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<Wait> _waiting = [];
    private long _changes;

    /// <summary>How many changes there were; read before looking into the store.</summary>
    public long Changes
    {
        get
        {
            lock (_lock)
                return _changes;
        }
    }

    /// <summary>Something changed in the store: every call that waits looks again.</summary>
    public void WakeAll()
    {
        lock (_lock)
        {
            _changes++;
            foreach (var wait in _waiting)
                Wake(wait);
            _waiting.Clear();
        }
    }

    /// <summary>Waits for a change after those seen, for some time at the most (infinite is allowed), or for the token.</summary>
    public async Task WaitAsync(long seen, TimeSpan limit, CancellationToken cancellationToken)
    {
        var wait = new Wait();
        // Set before the wait begins: once it is still, time is moved to the next timer.
        var due = limit > Shortest || limit == Timeout.InfiniteTimeSpan ? limit : Shortest;
        var timer = time.CreateTimer(_ => End(wait), state: null, due, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            if (!Begin(wait, seen))
                return;
            using (cancellationToken.UnsafeRegister(_ => End(wait), state: null))
                await wait.Over.Task.ConfigureAwait(false);
        }
    }

    private bool Begin(Wait wait, long seen)
    {
        lock (_lock)
        {
            if (_changes != seen || wait.IsOver)
                return false;
            _waiting.Add(wait);
            stillness.BeginWait();
            return true;
        }
    }

    private void End(Wait wait)
    {
        lock (_lock)
        {
            wait.IsOver = true;
            if (_waiting.Remove(wait))
                Wake(wait);
        }
    }

    private void Wake(Wait wait)
    {
        stillness.EndWait();
        wait.Over.SetResult();
    }

    private sealed class Wait
    {
        public bool IsOver { get; set; }

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
