using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace WebhookKit.Tests.Telemetry;

/// <summary>Listens to the meter of one host, and to no other's.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, string? Unit, double Value, string Tags)> _seen = [];
    private readonly Lock _lock = new();

    public Measurements(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == WebhookTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<(string Name, string? Unit, double Value, string Tags)> Seen
    {
        get
        {
            lock (_lock)
                return [.. _seen];
        }
    }

    public void RecordGauges() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal));
        lock (_lock)
            _seen.Add((instrument.Name, instrument.Unit, value, text));
    }
}
