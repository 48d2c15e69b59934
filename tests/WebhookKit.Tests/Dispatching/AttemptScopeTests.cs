using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebhookKit.Dispatching;
using WebhookKit.Telemetry;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Every line written during an attempt tells which attempt it was.</summary>
public sealed partial class AttemptScopeTests : IDisposable
{
    private readonly ScopedLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Lines_of_an_attempt_and_of_host_code_in_it_carry_the_attempt()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500, 200);
        var clock = new VirtualClock();
        await using var host = await SenderHost.StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromMinutes(1)), clock,
            store: null, subscriptions: null, w => w.Services.AddLogging(Add));
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("The host's own");
        var subscription = await host.SubscribeAsync(receiver.UrlOf("s"), s => s with
        {
            Tenant = "acme",
            Authentication = EndpointAuthentication.Delegate(async (_, _) =>
            {
                await Task.Yield();
                Authenticating(logger);
            }),
        });
        var id = (await host.Publisher.PublishJsonAsync("thing.happened", "{}"u8.ToArray(), new PublishOptions { Tenant = "acme" })).MessageId;
        await host.Store.UntilQuietAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        await host.Store.UntilEmptyAsync();

        var delivery = (await host.DeliveryAsync()).Id.ToString();
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var expected = new Dictionary<string, object?>
            {
                ["webhookkit.message_id"] = id, ["webhookkit.delivery_id"] = delivery, ["webhookkit.subscription_id"] = subscription.Id.ToString(),
                ["webhookkit.tenant"] = "acme", ["webhookkit.attempt_number"] = attempt,
            };
            _log.Lines.Where(l => l.Text == "Authenticating").ElementAt(attempt - 1).Scope.Should().BeEquivalentTo(expected);
            expected["webhookkit.outcome"] = attempt == 1 ? "RefusedByStatus" : "Delivered";
            _log.Lines.Where(l => l.Id == 1012).ElementAt(attempt - 1).Scope.Should().BeEquivalentTo(expected);
        }

        _log.Lines.Where(l => l.Id == 1000).Should().ContainSingle().Which.Scope.Should().BeEmpty("it belongs to no attempt");
    }

    [Fact]
    public async Task A_sink_whose_scopes_throw_costs_no_delivery()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(
            configure: null, new VirtualClock(), store: null, subscriptions: null, w => w.Services.AddLogging(b => b.AddProvider(new Throwing())));
        await host.SubscribeAsync(receiver.UrlOf("s"));
        for (var i = 0; i < 3; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(3);
        (await host.DeliveriesAsync()).Should().OnlyContain(d => d.Status == DeliveryStatus.Delivered);
    }

    [Fact]
    public void Where_nobody_logs_there_is_no_scope() =>
        AttemptScope.Begin(Delivery(), new QuietLogger(NullLoggerFactory.Instance)).Should().BeNull();

    [Fact]
    public void As_text_it_names_the_attempt_and_the_ad_hoc_destination_where_there_is_no_subscription()
    {
        using var loggers = LoggerFactory.Create(Add);
        using var scope = AttemptScope.Begin(Delivery(), new QuietLogger(loggers))!;

        scope.ToString().Should().Be("msg_1 dlv_7 dst_00000000000000000000000000000001 attempt 3");
        scope.Should().Contain(new KeyValuePair<string, object?>("webhookkit.destination_id", "dst_00000000000000000000000000000001"));
        scope.Invoking(s => s[s.Count]).Should().Throw<ArgumentOutOfRangeException>();
    }

    [LoggerMessage(1, LogLevel.Information, "Authenticating")]
    private static partial void Authenticating(ILogger logger);

    private void Add(ILoggingBuilder logging) => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Debug);

    private static LeasedDelivery Delivery() => new()
    {
        Id = new DeliveryId(7),
        Destination = new StoredDestination
        {
            Id = new DestinationId(Guid.Parse("00000000000000000000000000000001")), Settings = new WebhookDestination { Url = "https://a.example" },
        },
        Message = new WebhookMessage { Id = Guid.NewGuid(), PublicId = "msg_1", EventType = "a", Timestamp = DateTimeOffset.UnixEpoch, Data = default },
        AttemptsMade = 2,
        Age = TimeSpan.Zero,
        DueAt = DateTimeOffset.UnixEpoch,
        Trigger = AttemptTrigger.Retry,
    };

    private sealed class ScopedLines : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(int Id, string Text, Dictionary<string, object?> Scope)> Lines { get; } = new();

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose()
        {
        }

        private sealed class Logger(ScopedLines owner) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var values = new Dictionary<string, object?>(StringComparer.Ordinal);
                owner._scopes.ForEachScope(
                    static (scope, values) =>
                    {
                        foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
                            values[name] = value;
                    }, values);
                owner.Lines.Enqueue((eventId.Id, formatter(state, exception), values));
            }
        }
    }

    private sealed class Throwing : ILoggerProvider, ILogger
    {
        private int _scopes;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable BeginScope<TState>(TState state) where TState : notnull =>
            Interlocked.Increment(ref _scopes) == 1 ? throw new InvalidOperationException("No scopes here.") : new Scope();

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }

        private sealed class Scope : IDisposable
        {
            public void Dispose() => throw new InvalidOperationException("Nor any end of them.");
        }
    }
}
