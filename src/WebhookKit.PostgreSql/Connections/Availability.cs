using Microsoft.Extensions.Logging;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>Whether the store works, for the log: one line a change, however many calls fail.</summary>
internal sealed class Availability(ILogger logger)
{
    private readonly Lock _lock = new();
    private StoreFault? _fault;
    private int _isFaulty; // the same without the lock: every call asks

    public void Works()
    {
        if (Volatile.Read(ref _isFaulty) == 0)
            return;
        lock (_lock)
        {
            if (_fault is null)
                return;
            _fault = null;
            Volatile.Write(ref _isFaulty, 0);
        }

        Log.Recovered(logger);
    }

    /// <summary>Too much to do and too slow are a call's own trouble, no state of the store.</summary>
    public static bool IsState(StoreFault fault) => fault is not (StoreFault.Busy or StoreFault.TimedOut or StoreFault.Unreadable);

    public void Failed(WebhookStoreException exception)
    {
        if (!IsState(exception.Fault))
            return;
        lock (_lock)
        {
            if (_fault == exception.Fault)
                return;
            _fault = exception.Fault;
            Volatile.Write(ref _isFaulty, 1);
        }

        Log.Failed(logger, exception.Fault, exception.Message);
    }
}
