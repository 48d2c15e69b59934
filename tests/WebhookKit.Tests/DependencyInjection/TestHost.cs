using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebhookKit.Tests.DependencyInjection;

/// <summary>A generic host with nothing but what a test gives it: no configuration files, no environment variables.</summary>
[SuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
internal static class TestHost
{
    public static HostApplicationBuilder Builder(string environment = "Development", params (string Key, string? Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(configuration.Select(c => KeyValuePair.Create("Webhooks:" + c.Key, c.Value)));
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
        return builder;
    }

    public static IHost Build(Action<WebhookOptions>? configure = null, params (string Key, string? Value)[] configuration)
    {
        var builder = Builder(configuration: configuration);
        builder.Services.AddWebhooks(configure);
        return builder.Build();
    }

    public static WebhookOptions Options(this IHost host) => host.Services.GetRequiredService<IOptions<WebhookOptions>>().Value;

    /// <summary>The faults for which the host does not start.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(this IHost host)
    {
        using (host)
        {
            var refused = await FluentActions.Invoking(() => host.StartAsync()).Should().ThrowAsync<OptionsValidationException>();
            return [.. refused.Which.Failures];
        }
    }

    /// <summary>Keeps what is logged.</summary>
    public sealed class Logs : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, int Id, string Text)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
