namespace WebhookKit.Sqlite.Writing;

/// <summary>
/// A call that waits for the writer. Its caller may take it back only while it is queued; once the writer has taken it, its answer comes, whatever the caller's
/// token says.
/// </summary>
internal abstract class WriteItem
{
    private const int Queued = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;
    private const int Answered = 3;
    private int _state;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private volatile bool _wantsCancel;

    /// <summary>Why it failed by itself, while others of its group did not.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Whether the writer has it, and owes it an answer.</summary>
    public bool IsTaken => Volatile.Read(ref _state) == Taken;

    /// <summary>Takes it, unless its caller took it back.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Queued) == Queued;

    /// <summary>Gives it back: it waits on, and its caller may take it back again.</summary>
    public void Return()
    {
        Interlocked.Exchange(ref _state, Queued);
        if (_wantsCancel)
            Cancel();
    }

    public void CancelBy(CancellationToken token)
    {
        _token = token;
        _registration = token.UnsafeRegister(static state => ((WriteItem)state!).Cancel(), this);
    }

    /// <summary>Does its work in the transaction that is open.</summary>
    public abstract void Run(Session session, long now);

    /// <summary>It failed by itself, and what it did was rolled back.</summary>
    public void FailAlone(Exception error) => Error = error;

    /// <summary>Its transaction was taken back: why it failed in that one says nothing any more.</summary>
    public void Forgive() => Error = null;

    /// <summary>Its transaction was committed: answers the caller.</summary>
    public void Complete()
    {
        End();
        if (Error is { } error)
            SetError(error);
        else
            SetResult();
    }

    /// <summary>Its transaction failed, or there will be none.</summary>
    public void Fail(Exception error)
    {
        End();
        SetError(error);
    }

    protected abstract void SetResult();

    protected abstract void SetError(Exception error);

    protected abstract void SetCancelled(CancellationToken token);

    private void End()
    {
        Volatile.Write(ref _state, Answered);
        _registration.Unregister();
    }

    private void Cancel()
    {
        _wantsCancel = true;
        if (Interlocked.CompareExchange(ref _state, Cancelled, Queued) == Queued)
            SetCancelled(_token);
    }
}
