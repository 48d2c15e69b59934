namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Gathers concurrent calls: those that come while others are being done wait, and are done together as the next piece of work, so that many callers share a
/// round trip and a commit. A call that comes alone is done at once; where calls were left waiting when a piece of work ended, a moment is waited for more of
/// them, since there is much to do and each piece costs as much as many calls in it. Work is done in no caller's context and under no caller's token. One that
/// takes long, as over a connection that died without a word, goes on by itself, and its line serves others meanwhile.
/// </summary>
/// <param name="lines">How many pieces of work may be under way at once.</param>
/// <param name="most">How much weight one piece of work may have, unless one call alone has more.</param>
/// <param name="work">Does the work; it answers every call, or throws, and then every call that is not answered fails so.</param>
internal sealed class Gatherer<TCall, TAnswer>(int lines, int most, Func<IReadOnlyList<GatheredCall<TCall, TAnswer>>, Task> work)
{
    /// <summary>Real time, whatever clock the store goes by: it is a moment of the server's.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<GatheredCall<TCall, TAnswer>> _waiting = new();
    private int _working;

    /// <summary>Work that takes longer than this holds up nobody else.</summary>
    public TimeSpan Long { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Has a call done with others. The token ends its wait as long as its work has not begun, and it is not done then.</summary>
    /// <param name="call">The call; it is read later, so it must be nobody else's to change.</param>
    /// <param name="weight">How much of a piece of work it is, at least one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TAnswer> RunAsync(TCall call, int weight, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var gathered = new GatheredCall<TCall, TAnswer>(call, weight);
        using var cancelling = cancellationToken.UnsafeRegister(
            static (cancelled, token) => ((GatheredCall<TCall, TAnswer>)cancelled!).Withdraw(token), gathered);
        if (Add(gathered))
            ThreadPool.UnsafeQueueUserWorkItem(static gatherer => _ = gatherer.WorkAsync(), this, preferLocal: false);
        return await gathered.Answer.ConfigureAwait(false);
    }

    /// <summary>Has a call wait; whether a line is to be started for it.</summary>
    private bool Add(GatheredCall<TCall, TAnswer> call)
    {
        lock (_lock)
        {
            _waiting.Enqueue(call);
            if (_working == lines)
                return false;
            _working++;
            return true;
        }
    }

    private async Task WorkAsync()
    {
        while (Take() is { } calls)
        {
            var working = DoAsync(calls);
            await working.WaitAsync(Long, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (working.IsCompleted && HasMore())
                await Task.Delay(Moment, TimeProvider.System).ConfigureAwait(false);
        }
    }

    private async Task DoAsync(List<GatheredCall<TCall, TAnswer>> calls)
    {
        try
        {
            await work(calls).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            foreach (var call in calls)
                call.Fail(e);
        }
    }

    private bool HasMore()
    {
        lock (_lock)
            return _waiting.Count > 0;
    }

    /// <summary>The calls that go together next; null, and this line ends, if there are none.</summary>
    private List<GatheredCall<TCall, TAnswer>>? Take()
    {
        lock (_lock)
        {
            var (calls, left) = (new List<GatheredCall<TCall, TAnswer>>(), most);
            while (_waiting.TryPeek(out var next) && (calls.Count == 0 || next.Weight <= left))
            {
                left -= next.Weight;
                calls.Add(_waiting.Dequeue());
            }

            if (calls.Count > 0)
                return calls;
            _working--;
            return null;
        }
    }
}
