using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Verifying;

/// <summary>What verifying allocates, by itself.</summary>
internal sealed class AllocationContest(IContest verifying) : IContest
{
    public static async Task<IContest> OpenAsync(BenchmarkPlace place, CancellationToken cancellationToken) =>
        new AllocationContest(await VerifyContest.Open(1024)(place, cancellationToken));

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => verifying.SubjectAsync(cancellationToken);

    public ValueTask DisposeAsync() => verifying.DisposeAsync();
}
