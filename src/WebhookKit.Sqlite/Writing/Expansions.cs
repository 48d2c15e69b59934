namespace WebhookKit.Sqlite.Writing;

/// <summary>The accepted messages whose targets are still to be expanded, a step at a time, each message in turn. Safe for concurrent use.</summary>
internal sealed class Expansions
{
    private const int StepLength = 1_000;
    private readonly Lock _lock = new();
    private readonly Queue<long> _messages = new();
    private readonly Dictionary<long, TaskCompletionSource> _awaited = [];
    private readonly HashSet<long> _dropped = [];
    private readonly HashSet<long> _told = [];

    /// <summary>The message that is being expanded; the writer's own.</summary>
    private long _current;

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

    /// <summary>Takes up what the file has and this does not know: a commit whose answer was lost may have left it.</summary>
    public void AddMissing(IEnumerable<long> messages)
    {
        lock (_lock)
        {
            var known = _messages.ToHashSet();
            foreach (var message in messages.Where(message => !_dropped.Contains(message) && known.Add(message)))
                _messages.Enqueue(message);
        }
    }

    /// <summary>Ends when the message is expanded, or when that has to wait: it is accepted all the same.</summary>
    public Task WhenDone(long message)
    {
        lock (_lock)
            return _awaited.TryGetValue(message, out var done) ? done.Task : Task.CompletedTask;
    }

    /// <summary>
    /// Expands some of the messages, as many targets in all as one transaction takes, of whatever number of messages; answers with what to do once that is
    /// committed.
    /// </summary>
    public Action Step(Session session)
    {
        long[] messages;
        lock (_lock)
            messages = [.. _messages.Take(StepLength)];
        var stepped = new List<(long Message, bool IsDone)>();
        for (var (i, left) = (0, StepLength); i < messages.Length && left > 0; i++)
        {
            _current = messages[i];
            left -= Math.Max(1, session.Contents.Expand(_current, left));
            stepped.Add((_current, !session.Contents.Pending.HasAny(_current)));
        }

        return () => Stepped(stepped);
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

    /// <summary>The message that was being expanded cannot be, by this process; answers with it.</summary>
    public long Drop()
    {
        lock (_lock)
        {
            TakeOut(_current);
            _dropped.Add(_current);
            if (_awaited.Remove(_current, out var done))
                done.TrySetResult();
            return _current;
        }
    }

    /// <summary>The message that was being expanded cannot be yet: the others come first. Answers with it, and whether that was the first time.</summary>
    public (long Message, bool IsNew) PutBack()
    {
        lock (_lock)
        {
            if (TakeOut(_current))
                _messages.Enqueue(_current);
            return (_current, _told.Add(_current));
        }
    }

    private bool TakeOut(long message)
    {
        var found = false;
        for (var left = _messages.Count; left > 0; left--)
        {
            var next = _messages.Dequeue();
            if (next == message)
                found = true;
            else
                _messages.Enqueue(next);
        }

        return found;
    }

    private void Stepped(List<(long Message, bool IsDone)> stepped)
    {
        lock (_lock)
        {
            // Only the writer takes out: those are the first still.
            foreach (var (message, isDone) in stepped)
            {
                _messages.Dequeue();
                if (!isDone)
                {
                    _messages.Enqueue(message);
                    continue;
                }

                _told.Remove(message);
                if (_awaited.Remove(message, out var done))
                    done.TrySetResult();
            }
        }
    }
}
