using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>The reference loop against itself: how far from 1 the machine alone takes a figure.</summary>
internal sealed class ControlContest(ReferenceLoop loop, int requests) : IContest
{
    public static Func<BenchmarkPlace, CancellationToken, Task<IContest>> Open(int requests) => async (place, cancellationToken) =>
        new ControlContest(new ReferenceLoop((await place.ReceiverAsync(cancellationToken)).Url), requests);

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => loop.SendAsync(requests);

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await loop.SendAsync(requests);

    public ValueTask DisposeAsync()
    {
        loop.Dispose();
        return ValueTask.CompletedTask;
    }
}
