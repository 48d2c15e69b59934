namespace WebhookKit.InMemory;

/// <summary>The attempts logged for one delivery, in the order they started, each with what its settlement was answered.</summary>
internal sealed class AttemptLog
{
    /// <summary>Attempts that do not count (the sender's own failures) could go on for as long as a delivery may live.</summary>
    private const int MostKept = 100;

    private Entry _first;

    // Most deliveries are attempted once: the list is made for the second attempt.
    private List<Entry>? _all;

    /// <summary>A log with its first attempt.</summary>
    public AttemptLog(Attempt attempt, SettleOutcome answer)
    {
        _first = new Entry(attempt, answer);
        Bytes = BytesOf(attempt);
    }

    public long Bytes { get; private set; }

    public Attempt Latest => _all is null ? _first.Attempt : _all[^1].Attempt;

    public IReadOnlyList<Attempt> Attempts => _all is null ? [_first.Attempt] : _all.ConvertAll(entry => entry.Attempt);

    public static long BytesOf(Attempt attempt) => sizeof(char) * ((long)(attempt.ResponseBody?.Length ?? 0) + (attempt.Detail?.Length ?? 0));

    /// <summary>What the settlement with this attempt was answered; null if there was none.</summary>
    public SettleOutcome? AnswerTo(Guid attempt)
    {
        if (_all is null)
            return _first.Attempt.Id == attempt ? _first.Answer : null;
        foreach (var entry in _all)
        {
            if (entry.Attempt.Id == attempt)
                return entry.Answer;
        }

        return null;
    }

    public void Add(Attempt attempt, SettleOutcome answer)
    {
        _all ??= [_first];
        _first = default;
        var at = _all.Count;
        while (at > 0 && _all[at - 1].Attempt.StartedAt > attempt.StartedAt)
            at--;
        _all.Insert(at, new Entry(attempt, answer));
        Bytes += BytesOf(attempt);
        if (_all.Count > MostKept)
        {
            Bytes -= BytesOf(_all[0].Attempt);
            _all.RemoveAt(0);
        }
    }

    private readonly record struct Entry(Attempt Attempt, SettleOutcome Answer);
}
