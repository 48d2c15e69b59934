using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookKit.Receiving;
using WebhookKit.Telemetry;
using WebhookKit.Tests.Architecture;
using WebhookKit.Tests.Dispatching;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Telemetry;

/// <summary>Dashboards and alerts rest on these names: a change of any of them must be meant.</summary>
public sealed class TelemetrySnapshotTests : IAsyncDisposable
{
    private const string Update = "WEBHOOKKIT_UPDATE_SNAPSHOTS";
    private const BindingFlags Statics = BindingFlags.Public | BindingFlags.Static;

    private static readonly string Snapshot = Path.Combine(SourceTree.RepositoryRoot, "tests", "WebhookKit.Tests", "Telemetry", "telemetry.txt");

    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Names_units_tags_and_event_ids_stay_as_they_are()
    {
        string[] actual =
        [
            .. Constants(typeof(WebhookTelemetry)), .. Constants(typeof(OperationalEventTypes)), .. Instruments(), .. await ActivitiesAsync(), .. LogLines(),
        ];
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllLinesAsync(Snapshot, actual);

        actual.Should().Equal(
            await File.ReadAllLinesAsync(Snapshot),
            "what is exported stays the same; if a change is meant, run this test with {0}=1 and review {1}", Update, Snapshot);
    }

    [Fact]
    public async Task Every_constant_is_the_name_of_something()
    {
        string[] names = [.. Instruments(), .. await ActivitiesAsync()];

        Constants(typeof(WebhookTelemetry)).Select(c => c.Split(" = ")[1]).Where(name => !names.Any(n => n.Contains(name)))
            .Should().Equal([WebhookTelemetry.Name, WebhookTelemetry.TenantTag], "one is the name of all, one a value of the log scope");
    }

    private IEnumerable<string> Instruments()
    {
        var instruments = new SortedDictionary<string, (Instrument Instrument, SortedSet<string> Tags)>(StringComparer.Ordinal);
        var meters = _host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            // This host's meter, or the one of the process that receivers share.
            if (instrument.Meter.Name != WebhookTelemetry.Name || (instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, meters)))
                return;
            lock (instruments)
                instruments[instrument.Name] = (instrument, new SortedSet<string>(StringComparer.Ordinal));
            l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
        var metrics = _host.Services.GetRequiredService<WebhookMetrics>();
        listener.Start();
        Measure(metrics);
        listener.RecordObservableInstruments();
        lock (instruments)
            return [.. instruments.Values.Select(i => Line(i.Instrument, i.Tags))];

        void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (instruments)
            {
                foreach (var tag in tags)
                    instruments[instrument.Name].Tags.Add(tag.Key);
            }
        }
    }

    /// <summary>Every measurement there is, with every tag it can have.</summary>
    private static void Measure(WebhookMetrics metrics)
    {
        metrics.Published("a");
        metrics.Attempted("a", AttemptOutcome.RefusedByStatus, 500, "500", TimeSpan.Zero);
        metrics.Delivered("a", TimeSpan.Zero);
        metrics.LaneLost();
        metrics.SettledStale();
        metrics.ObserverDropped("a");
        metrics.Depth = new QueueDepth(0, 0, TimeSpan.Zero);
        RefusalCounter.Count(new WebhookVerifier(SignatureSchemes.StandardWebhooks).Verify([], WebhookHeaders.None, WebhookSecrets.None));
    }

    private static string Line(Instrument i, IEnumerable<string> tags) =>
        $"instrument {i.Name}, {i.GetType().Name.Split('`')[0]} in {i.Unit} [{string.Join(", ", tags)}]: {i.Description}";

    /// <summary>The activities of publishes, one of them refused, and of attempts, to a subscription and to an ad hoc destination.</summary>
    private static async Task<IEnumerable<string>> ActivitiesAsync()
    {
        var stopped = new ConcurrentQueue<Activity>();
        using var source = new ActivitySource("Caller of " + nameof(TelemetrySnapshotTests));
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == WebhookTelemetry.Name || s == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"));
        using var caller = source.StartActivity("request")!;
        await host.PublishAsync();
        await FluentActions.Invoking(() => host.PublishAsync("no.such")).Should().ThrowAsync<WebhookValidationException>();
        await host.Store.EnqueueAsync([ToDestination(receiver.UrlOf("d"), caller.Id)], default);
        await host.Store.UntilEmptyAsync();

        return stopped.Where(a => a.Source != source && (a.TraceId == caller.TraceId || a.Links.Any(l => l.Context.TraceId == caller.TraceId)))
            .Select(a => $"activity {a.OperationName}, {a.Kind} [{string.Join(", ", a.TagObjects.Select(t => t.Key).Order(StringComparer.Ordinal))}]")
            .Order(StringComparer.Ordinal);
    }

    private static EnqueueRequest ToDestination(string url, string? traceParent) => new()
    {
        Message = new WebhookMessage
        {
            Id = Guid.CreateVersion7(), PublicId = "msg_1", EventType = "thing.happened", Timestamp = default, Data = "{}"u8.ToArray(),
            TraceParent = traceParent,
        },
        Targets =
        [
            DeliveryTarget.To(new StoredDestination { Id = new DestinationId(Guid.NewGuid()), Settings = new WebhookDestination { Url = url, Schemes = [] } }),
        ],
    };

    private static IEnumerable<string> Constants(Type type) => type.GetFields(Statics).Select(f => $"{type.Name}.{f.Name} = {f.GetRawConstantValue()}");

    private static IEnumerable<string> LogLines() =>
        from type in typeof(WebhookTelemetry).Assembly.GetTypes()
        where type.Name == "Log"
        from method in type.GetMethods(Statics | BindingFlags.NonPublic)
        let line = method.GetCustomAttribute<LoggerMessageAttribute>()
        where line is not null
        orderby line.EventId
        select $"log {line.EventId} {line.Level} {type.Namespace!.Split('.')[^1]}.{method.Name}";
}
