using Microsoft.Extensions.Logging;

namespace WebhookKit.Telemetry;

/// <summary>
/// The log of what must go on. A sink of the host's that throws must not end a loop or undo a settlement, and there is nowhere left to report it to:
/// a line that cannot be written is missing, nothing else. What runs into a store that has already logged its state is worth a line to those who look for
/// the details only.
/// </summary>
internal sealed class QuietLogger(ILoggerFactory loggers) : ILogger
{
    private readonly ILogger _logger = loggers.CreateLogger(WebhookTelemetry.Name);

    /// <summary>Whether any line is written.</summary>
    public bool IsOn => IsEnabled(LogLevel.Critical);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        try
        {
            return _logger.BeginScope(state) is { } scope ? new QuietScope(scope) : null;
        }
        catch (Exception)
        {
            // See above.
            return null;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            // See above.
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var level = exception is WebhookStoreException { IsReported: true } ? LogLevel.Debug : logLevel;
        try
        {
            _logger.Log(level, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // See above.
        }
    }

    private sealed class QuietScope(IDisposable scope) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                scope.Dispose();
            }
            catch (Exception)
            {
                // See above.
            }
        }
    }
}
