using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Keeps what was logged.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, EventId Id, string Text)> Lines => _lines;

    /// <summary>Whether the sink throws instead of keeping errors.</summary>
    public bool IsBroken { get; set; }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (owner.IsBroken && logLevel >= LogLevel.Warning)
                throw new InvalidOperationException("The sink is broken.");
            owner._lines.Enqueue((logLevel, eventId, formatter(state, exception) + exception));
        }
    }
}
