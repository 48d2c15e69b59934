using System.Diagnostics;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Receiver;

/// <summary>Which requests of which source are open, and when the latest ended, to tell what was in flight at a moment.</summary>
internal sealed class Traffic
{
    private const int Remembered = 4096;

    /// <summary>A request that goes on so long will still be open when whoever asked does something.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Pulse _began = new();
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);

    public void Begin(string source)
    {
        lock (_lock)
            Of(source).Open++;
    }

    /// <summary>A request that is open takes its time.</summary>
    public void TakesLong(string source, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        lock (_lock)
            Of(source).OpenUntil = Math.Max(Of(source).OpenUntil, until);
        _began.Beat();
    }

    public void End(string source)
    {
        lock (_lock)
        {
            var of = Of(source);
            of.Open--;
            of.Ends.Enqueue(Stopwatch.GetTimestamp());
            if (of.Ends.Count > Remembered)
                of.Ends.Dequeue();
        }
    }

    /// <summary>How many requests that began before a moment (<see cref="Stopwatch.GetTimestamp"/>, which all processes share) had not ended by then.</summary>
    public int InFlightAt(string source, long moment)
    {
        lock (_lock)
            return Of(source) is var of ? of.Open + of.Ends.Count(end => end > moment) : 0;
    }

    /// <summary>Waits until a request of one of the sources is open, and will be for a while.</summary>
    public Task<bool> UntilBusyAsync(IReadOnlyList<string> sources, TimeSpan limit, CancellationToken cancellationToken) => _began.UntilAsync(
        () =>
        {
            lock (_lock)
                return sources.Any(source => Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Of(source).OpenUntil) > LongEnough);
        },
        limit,
        cancellationToken);

    private Source Of(string source)
    {
        if (!_sources.TryGetValue(source, out var of))
            _sources.Add(source, of = new Source());
        return of;
    }

    private sealed class Source
    {
        public int Open { get; set; }

        public long OpenUntil { get; set; }

        public Queue<long> Ends { get; } = [];
    }
}
