using WebhookKit.Queueing;

namespace WebhookKit.Publishing;

/// <summary>How long one publish puts up with a store that fails: calls are repeated until they succeed, the time is over, or the caller gives up.</summary>
/// <param name="most">How long in all; zero repeats nothing, and such a patience serves any number of publishes.</param>
/// <param name="time">The clock.</param>
internal sealed class StorePatience(TimeSpan most, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private StoreBackoff? _backoff;

    /// <summary>Calls, repeatedly if need be. What the call needs comes as its state, so that no call costs a closure.</summary>
    public async ValueTask<T> CallAsync<TState, T>(Func<TState, CancellationToken, ValueTask<T>> call, TState state, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await call(state, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (MayPass(e) && Left > TimeSpan.Zero)
            {
                // Never longer than what is left, so that the last try is made when the time is over.
                var left = Left;
                _backoff ??= new StoreBackoff(time);
                await _backoff.WaitAsync(cancellationToken, left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private TimeSpan Left => most - time.GetElapsedTime(_start);

    private static bool MayPass(Exception e) => e is WebhookStoreException { IsTransient: true } or QueueFullException;
}
