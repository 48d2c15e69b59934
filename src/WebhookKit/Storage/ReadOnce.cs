namespace WebhookKit.Storage;

/// <summary>
/// Reads something when it is first asked for, and then knows it. All who ask meanwhile wait for the same reading, which the end of their patience does not
/// end; one that fails is not kept, so that whoever asks next tries again. Safe for concurrent use.
/// </summary>
internal sealed class ReadOnce<T>(Func<ValueTask<T>> read)
    where T : class
{
    private Func<ValueTask<T>>? _read = read;
    private Task<T>? _reading;

    public ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = Volatile.Read(ref _reading);
            if (current is { IsCompletedSuccessfully: true })
                return new(current.Result);
            if (current is { IsCompleted: false })
                return new(current.WaitAsync(cancellationToken));
            var mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _reading, mine.Task, current) != current)
                continue;
            _ = FillAsync(mine);
            return mine.Task.IsCompletedSuccessfully ? new(mine.Task.Result) : new(mine.Task.WaitAsync(cancellationToken));
        }
    }

    private async Task FillAsync(TaskCompletionSource<T> reading)
    {
        try
        {
            reading.SetResult(await _read!().ConfigureAwait(false));
            // What it was read from is not needed any more.
            _read = null;
        }
        catch (Exception e)
        {
            reading.SetException(e);
            // Seen, even if nobody waits any more.
            _ = reading.Task.Exception;
        }
    }
}
