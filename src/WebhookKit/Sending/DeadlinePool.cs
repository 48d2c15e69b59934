using System.Collections.Concurrent;

namespace WebhookKit.Sending;

/// <summary>
/// Deadlines of attempts, used again: a source with its timer is among the most that an attempt would allocate. One that has fired, or whose timer is not the
/// system's, cannot be used again and is dropped.
/// </summary>
internal sealed class DeadlinePool(TimeProvider time)
{
    private const int MostIdle = 256;

    private readonly ConcurrentStack<CancellationTokenSource> _idle = new();
    private int _count;

    /// <summary>A source that fires after this time, unless it is given back before.</summary>
    public CancellationTokenSource Rent(TimeSpan timeout)
    {
        if (!_idle.TryPop(out var source))
            return new CancellationTokenSource(timeout, time);
        Interlocked.Decrement(ref _count);
        source.CancelAfter(timeout);
        return source;
    }

    /// <summary>Gives a source back whose token nobody holds any more.</summary>
    public void Return(CancellationTokenSource source)
    {
        if (!source.TryReset())
        {
            source.Dispose();
        }
        else if (Interlocked.Increment(ref _count) > MostIdle)
        {
            Interlocked.Decrement(ref _count);
            source.Dispose();
        }
        else
        {
            _idle.Push(source);
        }
    }
}
