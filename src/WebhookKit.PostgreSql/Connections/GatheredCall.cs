namespace WebhookKit.PostgreSql.Connections;

/// <summary>A call that waits to be done with others. Its states: waiting, then begun or withdrawn; whichever comes first stands.</summary>
internal sealed class GatheredCall<TCall, TAnswer>(TCall call, int weight)
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Withdrawn = 2;

    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public TCall Call { get; } = call;

    /// <summary>How much of a piece of work it is, at least one.</summary>
    public int Weight { get; } = weight;

    public Task<TAnswer> Answer => _answer.Task;

    /// <summary>Begins to do it, or goes on after a try that failed; false if its caller has withdrawn it.</summary>
    public bool Begin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != Withdrawn;

    public void Withdraw(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting)
            _answer.TrySetCanceled(token);
    }

    public void Succeed(TAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
