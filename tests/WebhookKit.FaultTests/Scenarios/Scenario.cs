using WebhookKit.FaultTests.Node;

namespace WebhookKit.FaultTests.Scenarios;

/// <summary>What goes wrong in a run: one fault a round, at moments that the run's seed chooses.</summary>
internal abstract class Scenario
{
    private static readonly TimeSpan EarliestFault = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LatestFault = TimeSpan.FromMilliseconds(2000);

    /// <summary>How many nodes publish and send.</summary>
    public abstract int Nodes { get; }

    /// <summary>How far the wall clock of a node is from the true time.</summary>
    public virtual TimeSpan ClockOffsetOf(int node) => TimeSpan.Zero;

    /// <summary>One round: its fault, and everything running again.</summary>
    public abstract Task RoundAsync(FaultRun run, int round, CancellationToken cancellationToken);

    /// <summary>
    /// Kills a node some time after it has begun to send, and starts it again. Lanes that it takes over begin with one delivery alone: some kills find that,
    /// and others find it at work.
    /// </summary>
    protected static async Task KillAsync(FaultRun run, NodeProcess node, CancellationToken cancellationToken)
    {
        await run.UntilBusyAsync([node], cancellationToken);
        await SomeTimeAsync(run, cancellationToken);
        await run.KillAsync(node, cancellationToken);
        await node.StartAsync(cancellationToken);
    }

    /// <summary>Lets a while pass that nobody can foresee, but the same seed repeats.</summary>
    protected static Task SomeTimeAsync(FaultRun run, CancellationToken cancellationToken) =>
        Task.Delay(EarliestFault + run.Random.NextDouble() * (LatestFault - EarliestFault), TimeProvider.System, cancellationToken);
}
