using System.Diagnostics;
using System.Globalization;

namespace WebhookKit.FaultTests;

/// <summary>What came of a run.</summary>
internal sealed class RunOutcome
{
    private const int LinesShown = 20;

    private readonly long _startedAt = Stopwatch.GetTimestamp();

    public int Kills { get; set; }

    /// <summary>Kills at whose moment requests of the killed were in flight.</summary>
    public int KilledInFlight { get; set; }

    /// <summary>Deliveries that still waited when healthy nodes had had their time; −1 until that is known.</summary>
    public long Stranded { get; set; } = -1;

    /// <summary>What went wrong beside that.</summary>
    public List<string> Faults { get; } = [];

    private double Seconds => Stopwatch.GetElapsedTime(_startedAt).TotalSeconds;

    public void Say(string line) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seconds,6:F1} s  {line}"));

    /// <summary>Prints the result as the last line; 0 if all is as it must be.</summary>
    public int Report(RunSettings settings, Ledgers ledgers)
    {
        // A run that broke off has not seen anything sent to the end.
        var stranded = Stranded >= 0 ? Stranded : ledgers.Lost.Count;
        Show(Faults);
        Show(ledgers.Lost.Select(line => $"lost: {line}"));
        Print(ledgers.Accepted, ledgers.Received, ledgers.Lost.Count, ledgers.Duplicates, stranded);
        return ledgers.Lost.Count == 0 && stranded == 0 && Kills == settings.Rounds && Faults.Count == 0 ? 0 : 1;
    }

    /// <summary>The same of a run that counts in place of keeping ledgers.</summary>
    public int Report(long accepted, long received, long stranded)
    {
        Print(accepted, received, Math.Max(accepted - received, 0), Math.Max(received - accepted, 0), stranded);
        return accepted == received && stranded == 0 ? 0 : 1;
    }

    private void Print(long accepted, long received, long lost, long duplicates, long stranded) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"accepted={accepted} received={received} lost={lost} duplicates={duplicates} "
        + $"stranded={stranded} kills={Kills} killed_in_flight={KilledInFlight} seconds={Seconds:F1}"));

    private static void Show(IEnumerable<string> lines)
    {
        var count = 0;
        foreach (var line in lines)
        {
            if (++count <= LinesShown)
                Console.Error.WriteLine(line);
        }

        if (count > LinesShown)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {count - LinesShown} more"));
    }
}
