using System.Diagnostics;

namespace WebhookKit.Benchmarks.Running;

/// <summary>One measurement: so many of something, and what they cost this process.</summary>
/// <param name="Count">How many.</param>
/// <param name="Elapsed">How long they took.</param>
/// <param name="Cpu">The processor time of this process.</param>
/// <param name="Allocated">The bytes that this process allocated.</param>
internal readonly record struct Sample(double Count, TimeSpan Elapsed, TimeSpan Cpu = default, long Allocated = 0)
{
    public double PerSecond => Count / Elapsed.TotalSeconds;

    public double Nanoseconds => Elapsed.TotalNanoseconds / Count;

    public double CpuMicroseconds => Cpu.TotalMicroseconds / Count;

    public double Bytes => Allocated / Count;

    /// <summary>Measures what a piece of work costs, after the garbage of what ran before is gone.</summary>
    public static async Task<Sample> OfAsync(double count, Func<Task> work)
    {
        Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var startedAt = Stopwatch.GetTimestamp();
        await work();
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        return new Sample(count, elapsed, Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    /// <summary>Measures work on this thread.</summary>
    public static Sample Of(int count, Action work)
    {
        Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var startedAt = Stopwatch.GetTimestamp();
        work();
        return new Sample(count, Stopwatch.GetElapsedTime(startedAt), Allocated: GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
