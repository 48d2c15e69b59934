using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using WebhookKit.Receiving;
using WebhookKit.Telemetry;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Telemetry;

/// <summary>What a host that uses OpenTelemetry sends to its collector, as the collector gets it.</summary>
public sealed class OpenTelemetryTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _traces = new();
    private readonly ConcurrentQueue<byte[]> _metrics = new();
    private readonly ActivitySource _caller = new("Caller of " + nameof(OpenTelemetryTests));
    private WebApplication? _collector;

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        if (_collector is not null)
            await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Traces_and_metrics_arrive_and_each_attempt_is_linked_to_its_publish()
    {
        var collector = await CollectAsync();
        using var traces = Sdk.CreateTracerProviderBuilder().AddSource(WebhookTelemetry.Name).AddSource(_caller.Name)
            .AddOtlpExporter(o =>
            {
                Send(o, collector + "v1/traces");
                // Other tests of this process trace too: there must be room for it all.
                o.BatchExportProcessorOptions.MaxQueueSize = 1 << 20;
            }).Build();
        using var metrics = Sdk.CreateMeterProviderBuilder().AddMeter(WebhookTelemetry.Name)
            .AddOtlpExporter((o, reader) =>
            {
                Send(o, collector + "v1/metrics");
                // Once, at the end: an instrument that another test's host ends with is taken along by the export that follows.
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = Timeout.Infinite;
            }).Build();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 503, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromMilliseconds(1)));
        await host.SubscribeAsync(receiver.UrlOf("s"));
        string trace;
        using (var caller = _caller.StartActivity("request")!)
        {
            trace = caller.TraceId.ToHexString();
            await host.PublishAsync();
        }

        await host.Store.UntilEmptyAsync();
        var instruments = host.Services.GetRequiredService<WebhookMetrics>();
        SpinWait.SpinUntil(() => instruments.Depth is not null, Happenings.Deadline).Should().BeTrue("the host measures its queue for whom it exports to");
        // What only a fault brings about.
        instruments.LaneLost();
        instruments.SettledStale();
        instruments.ObserverDropped("observer");
        RefusalCounter.Count(new WebhookVerifier(SignatureSchemes.StandardWebhooks).Verify([], WebhookHeaders.None, WebhookSecrets.None));
        traces.ForceFlush().Should().BeTrue();
        metrics.ForceFlush().Should().BeTrue();

        // ExportTraceServiceRequest: resource_spans 1, scope_spans 2, spans 2; a span: trace_id 1, span_id 2, parent_span_id 4, name 5, links 13.
        var spans = _traces.SelectMany(request => new ProtobufReader(request).Messages(1, 2, 2)).ToList();
        var publish = spans.Should().ContainSingle(s => s.Text(5) == WebhookTelemetry.PublishActivity && s.Hex(1) == trace).Subject;
        var attempts = spans.Where(s => s.Text(5) == WebhookTelemetry.AttemptActivity && s.Messages(13).Any(l => l.Hex(1) == trace)).ToList();
        attempts.Should().HaveCount(2).And.OnlyContain(s => s.Messages(13).Single().Hex(2) == publish.Hex(2));
        attempts.Should().OnlyContain(s => s.Hex(4) == "" && s.Hex(1) != trace, "an attempt is the root of a trace of its own");

        // ExportMetricsServiceRequest: resource_metrics 1, scope_metrics 2, metrics 2; a metric: name 1, unit 3.
        _metrics.SelectMany(request => new ProtobufReader(request).Messages(1, 2, 2)).Select(m => (m.Text(1), m.Text(3))).Should().Contain(
        [
            (WebhookTelemetry.PublishMessages, "{message}"), (WebhookTelemetry.AttemptDuration, "s"), (WebhookTelemetry.DeliveryLatency, "s"),
            (WebhookTelemetry.QueueDue, "{delivery}"), (WebhookTelemetry.QueueWaiting, "{delivery}"), (WebhookTelemetry.QueueOldestDueAge, "s"),
            (WebhookTelemetry.LaneLost, "{lane}"), (WebhookTelemetry.SettleStale, "{settlement}"), (WebhookTelemetry.ObserverDropped, "{event}"),
            (WebhookTelemetry.VerifyRefused, "{request}"),
        ]);
    }

    private static void Send(OtlpExporterOptions options, string url)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(url);
        options.TimeoutMilliseconds = 60_000;
    }

    private async Task<string> CollectAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.MapPost("/v1/traces", request => KeepAsync(request, _traces));
        _collector.MapPost("/v1/metrics", request => KeepAsync(request, _metrics));
        await _collector.StartAsync();
        return _collector.Urls.First() + "/";
    }

    private static async Task KeepAsync(HttpContext context, ConcurrentQueue<byte[]> requests)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        requests.Enqueue(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }
}
