namespace WebhookKit.InMemory;

/// <summary>The attempts logged for one delivery, in the order they started, each with what its settlement was answered.</summary>
internal sealed class AttemptLog
{
    /// <summary>Attempts that do not count (the sender's own failures) could go on for as long as a delivery may live.</summary>
    private const int MostKept = 100;

    // Most deliveries are attempted once.
    private readonly List<(Attempt Attempt, SettleOutcome Answer)> _entries = new(capacity: 1);

    public long Bytes { get; private set; }

    public Attempt Latest => _entries[^1].Attempt;

    public IReadOnlyList<Attempt> Attempts => _entries.ConvertAll(entry => entry.Attempt);

    public static long BytesOf(Attempt attempt) => sizeof(char) * ((long)(attempt.ResponseBody?.Length ?? 0) + (attempt.Detail?.Length ?? 0));

    /// <summary>What the settlement with this attempt was answered; null if there was none.</summary>
    public SettleOutcome? AnswerTo(Guid attempt)
    {
        foreach (var entry in _entries)
        {
            if (entry.Attempt.Id == attempt)
                return entry.Answer;
        }

        return null;
    }

    public void Add(Attempt attempt, SettleOutcome answer)
    {
        var at = _entries.Count;
        while (at > 0 && _entries[at - 1].Attempt.StartedAt > attempt.StartedAt)
            at--;
        _entries.Insert(at, (attempt, answer));
        Bytes += BytesOf(attempt);
        if (_entries.Count > MostKept)
        {
            Bytes -= BytesOf(_entries[0].Attempt);
            _entries.RemoveAt(0);
        }
    }
}
