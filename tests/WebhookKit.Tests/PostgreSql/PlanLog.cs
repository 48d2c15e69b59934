using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Hears how the server runs each statement of a data source: its module <c>auto_explain</c> says so in notices.</summary>
internal sealed class PlanLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _plans = new();

    public NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c client_min_messages=log",
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(this).Build();
    }

    /// <summary>The plans since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        var plans = new List<string>();
        while (_plans.TryDequeue(out var plan))
            plans.Add(plan);
        return plans;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception) is var text && text.Contains("Query Text:", StringComparison.Ordinal))
            _plans.Enqueue(text);
    }

    public void Dispose()
    {
    }
}
