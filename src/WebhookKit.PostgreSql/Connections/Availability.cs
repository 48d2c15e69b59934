using Microsoft.Extensions.Logging;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>
/// Whether the store works, for the log: one line a change, however many calls fail. Only calls that began after the last change tell of the next one: those
/// that were under way may have seen the state before. A store that cannot be written works again when something was written, not when something was read.
/// </summary>
internal sealed class Availability(ILogger logger)
{
    private readonly Lock _lock = new();
    private StoreFault? _fault;
    private bool _isOfWriting;
    private long _changes; // read without the lock: every call asks

    /// <summary>Too much to do and too slow are a call's own trouble, no state of the store.</summary>
    public static bool IsState(StoreFault fault) => fault is not (StoreFault.Busy or StoreFault.TimedOut or StoreFault.Unreadable);

    /// <summary>What a call gives when it has ended: an odd number while the store does not work.</summary>
    public long Begin() => Volatile.Read(ref _changes);

    /// <summary>Whether the store works, and did all the time since a call began.</summary>
    /// <param name="begun">What the call was given when it began.</param>
    public bool HasWorkedSince(long begun) => begun % 2 == 0 && begun == Begin();

    /// <param name="begun">What the call was given when it began.</param>
    /// <param name="writes">Whether it wrote.</param>
    public void Works(long begun, bool writes)
    {
        if (begun % 2 == 0)
            return;
        lock (_lock)
        {
            if (begun != _changes || (_isOfWriting && !writes))
                return;
            (_fault, _changes) = (null, _changes + 1);
        }

        Log.Recovered(logger);
    }

    /// <param name="exception">How the call failed. Only what is marked as reported is a state.</param>
    /// <param name="begun">What the call was given when it began.</param>
    /// <param name="writes">Whether it was to write.</param>
    public void Failed(WebhookStoreException exception, long begun, bool writes)
    {
        if (!exception.IsReported)
            return;
        lock (_lock)
        {
            if (begun != _changes || _fault == exception.Fault)
                return;
            // What can be reached again is there for everybody.
            (_fault, _isOfWriting) = (exception.Fault, writes && exception.Fault != StoreFault.Unavailable);
            _changes += _changes % 2 == 0 ? 1 : 2;
        }

        Log.Failed(logger, exception.Fault, exception.Message);
    }
}
