using System.Diagnostics;
using System.Runtime;

namespace WebhookKit.Benchmarks.Running;

/// <summary>Runs benchmarks one after the other; in each, subject and reference take turns, and who begins takes turns too.</summary>
internal static class BenchmarkRun
{
    private const int LeastWarmUpTurns = 4;
    private const int MostWarmUpTurns = 10;

    /// <summary>What the compiler may take of a turn that counts.</summary>
    private const double CompilingShare = 0.01;

    public static async Task<int> ExecuteAsync(IReadOnlyList<Benchmark> benchmarks, int? pairs, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        List<Result> results = [];
        await using var place = new BenchmarkPlace();
        Report.Begin();
        foreach (var benchmark in benchmarks)
        {
            var measured = await MeasureAsync(benchmark, pairs ?? benchmark.Pairs, place, cancellationToken);
            foreach (var result in measured)
                Report.Ratio(result);
            results.AddRange(measured);
        }

        Report.Table(results, Stopwatch.GetElapsedTime(startedAt));
        return 0;
    }

    private static async Task<IReadOnlyList<Result>> MeasureAsync(Benchmark benchmark, int pairs, BenchmarkPlace place, CancellationToken cancellationToken)
    {
        await using var contest = await benchmark.Open(place, cancellationToken);
        await WarmUpAsync(contest, cancellationToken);
        List<Sample> subject = [];
        List<Sample> reference = [];
        for (var pair = 0; pair < pairs; pair++)
        {
            var (own, other) = await TakeAsync(contest, subjectFirst: pair % 2 == 0, cancellationToken);
            subject.Add(own);
            if (other is { } against)
                reference.Add(against);
            foreach (var figure in benchmark.Figures)
                Report.Pair(figure, pair + 1, own, other);
        }

        return [.. benchmark.Figures.Select(f => new Result(f, [.. subject.Select(f.Of)], [.. reference.Select(f.Of)]))];
    }

    /// <summary>
    /// The first turns compile what they use, and compile it again as the runtime learns; they fill caches and open connections. They go on until a turn
    /// compiles hardly anything: on few processors the compiler works at the expense of what is measured.
    /// </summary>
    private static async Task WarmUpAsync(IContest contest, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < MostWarmUpTurns; turn++)
        {
            var (startedAt, compiled) = (Stopwatch.GetTimestamp(), JitInfo.GetCompilationTime());
            await TakeAsync(contest, subjectFirst: true, cancellationToken);
            var share = (JitInfo.GetCompilationTime() - compiled) / Stopwatch.GetElapsedTime(startedAt);
            if (turn >= LeastWarmUpTurns - 1 && share < CompilingShare)
                return;
        }
    }

    private static async Task<(Sample Subject, Sample? Reference)> TakeAsync(IContest contest, bool subjectFirst, CancellationToken cancellationToken)
    {
        if (subjectFirst)
            return (await contest.SubjectAsync(cancellationToken), await contest.ReferenceAsync(cancellationToken));
        var reference = await contest.ReferenceAsync(cancellationToken);
        return (await contest.SubjectAsync(cancellationToken), reference);
    }
}
