namespace WebhookKit.Benchmarks.Delivering;

/// <summary>Does a number of things, so many at a time.</summary>
internal static class Concurrently
{
    /// <summary>How many requests may be in flight, and how many publishers there are.</summary>
    public const int Degree = 64;

    public static async Task RunAsync(int count, Func<int, Task> action)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Degree).Select(_ => Task.Run(WorkAsync)));

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < count)
                await action(number);
        }
    }
}
