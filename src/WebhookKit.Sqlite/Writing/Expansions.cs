namespace WebhookKit.Sqlite.Writing;

/// <summary>The accepted messages whose targets are still to be expanded, a step at a time, each message in turn. Safe for concurrent use.</summary>
internal sealed class Expansions
{
    private const int StepLength = 1_000;
    private readonly Lock _lock = new();
    private readonly Queue<long> _messages = new();
    private readonly Dictionary<long, TaskCompletionSource> _awaited = [];

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _messages.Count == 0;
        }
    }

    public void Add(IEnumerable<long> messages)
    {
        lock (_lock)
        {
            foreach (var message in messages)
            {
                _messages.Enqueue(message);
                _awaited[message] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends when the message is expanded, or when that has to wait: it is accepted all the same.</summary>
    public Task WhenDone(long message)
    {
        lock (_lock)
            return _awaited.TryGetValue(message, out var done) ? done.Task : Task.CompletedTask;
    }

    /// <summary>Expands some of the message whose turn it is; answers with what to do once that is committed.</summary>
    public Action Step(Session session)
    {
        long message;
        lock (_lock)
            message = _messages.Peek();
        session.Contents.Expand(message, StepLength);
        var isDone = !session.Contents.Pending.HasAny(message);
        return () => Stepped(message, isDone);
    }

    /// <summary>It cannot go on for now: nobody waits for it any longer.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            foreach (var done in _awaited.Values)
                done.TrySetResult();
            _awaited.Clear();
        }
    }

    /// <summary>The message whose turn it is cannot be expanded by this process; answers with it.</summary>
    public long Drop()
    {
        lock (_lock)
        {
            var message = _messages.Dequeue();
            if (_awaited.Remove(message, out var done))
                done.SetResult();
            return message;
        }
    }

    private void Stepped(long message, bool isDone)
    {
        lock (_lock)
        {
            _messages.Dequeue();
            if (!isDone)
                _messages.Enqueue(message);
            else if (_awaited.Remove(message, out var done))
                done.SetResult();
        }
    }
}
