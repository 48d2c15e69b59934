namespace WebhookKit.Benchmarks.Delivering;

/// <summary>What happened in the host: its body, in the envelope of Standard Webhooks, has 1 KiB.</summary>
internal sealed record BenchmarkEvent(int Number, string Note)
{
    private static readonly string OneKibibyteWithTheRest = new('x', 900);

    public static BenchmarkEvent Of(int number) => new(number, OneKibibyteWithTheRest);
}
