namespace WebhookKit.Benchmarks.Running;

/// <summary>Figures that are read off the same samples.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="Open">Sets the contest up.</param>
internal sealed record Benchmark(IReadOnlyList<Figure> Figures, Func<BenchmarkPlace, CancellationToken, Task<IContest>> Open)
{
    /// <summary>How many pairs of samples are taken; nine where throughput is compared.</summary>
    public int Pairs { get; init; } = 5;
}
