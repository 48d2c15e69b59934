namespace WebhookKit.Sqlite.Writing;

/// <summary>A piece of work with an answer.</summary>
/// <param name="run">The work; it may run again if its group failed.</param>
/// <param name="committed">What follows from the answer once it is durable, before the caller has it; on the writer's thread. Null if nothing does.</param>
internal sealed class WorkItem<T>(Func<Session, long, T> run, Action<T>? committed) : WriteItem
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Answer => _answer.Task;

    public override void Run(Session session, long now) => _result = run(session, now);

    protected override void SetResult()
    {
        try
        {
            committed?.Invoke(_result!);
        }
        catch (Exception e)
        {
            // The writer goes on, whatever comes of it.
            _answer.TrySetException(e);
            return;
        }

        _answer.TrySetResult(_result!);
    }

    protected override void SetError(Exception error) => _answer.TrySetException(error);

    protected override void SetCancelled(CancellationToken token) => _answer.TrySetCanceled(token);
}
