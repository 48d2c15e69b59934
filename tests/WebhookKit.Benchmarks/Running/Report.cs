using System.Globalization;
using System.Runtime.InteropServices;

namespace WebhookKit.Benchmarks.Running;

/// <summary>Prints what is measured, as it is measured, and the table at the end.</summary>
internal static class Report
{
    public static void Begin()
    {
        var today = TimeProvider.System.GetUtcNow();
        Print($"{today:yyyy-MM-dd HH:mm} UTC, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Print($"{Processor()}, {Environment.ProcessorCount} cores, load {Load()}");
        Print($"");
    }

    public static void Pair(Figure figure, int number, Sample subject, Sample? reference)
    {
        var value = figure.Of(subject);
        var own = FormattableString.Invariant($"{figure.Name,-24} pair {number,2}  {Number(value),12} {figure.Unit}");
        if (reference is { } sample && figure.Of(sample) is var other)
            Print($"{own} : {Number(other),12} {figure.Unit} = {value / other:0.000}");
        else
            Print($"{own}");
    }

    public static void Ratio(Result result) => Print($"ratio {result.Figure.Name} {result.Value:0.###}");

    public static void Table(IReadOnlyList<Result> results, TimeSpan elapsed)
    {
        Print($"");
        Print($"| name | what | measured | against | ratio | must reach | |");
        Print($"|---|---|---|---|---|---|---|");
        foreach (var result in results)
        {
            var figure = result.Figure;
            var against = result.ReferenceMedian is { } reference ? $"{Number(reference)} {figure.Unit}" : "";
            var verdict = result.IsReached ? "" : "**missed**";
            var measured = FormattableString.Invariant($"{Number(result.SubjectMedian)} {figure.Unit}");
            Print($"| `{figure.Name}` | {figure.What} | {measured} | {against} | {result.Value:0.###} | {figure.Bound} | {verdict} |");
        }

        Print($"");
        Print($"{results.Count} figures in {elapsed.TotalMinutes:0.0} min, load {Load()}");
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "#,##0" : "0.###", CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>What else the machine did in the last minute: more than nothing spoils the figures.</summary>
    private static string Load()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ')[0] : "unknown";
    }
}
