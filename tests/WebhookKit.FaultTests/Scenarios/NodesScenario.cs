using WebhookKit.FaultTests.Node;

namespace WebhookKit.FaultTests.Scenarios;

/// <summary>
/// Three nodes on one queue. In each round one is killed, in turn, and the next one stands still until its leases have long gone to others; then it goes on
/// and settles what it had under way.
/// </summary>
internal sealed class NodesScenario : Scenario
{
    private static readonly TimeSpan Pause = NodeProgram.Lease + TimeSpan.FromSeconds(3);

    public override int Nodes => 3;

    public override async Task RoundAsync(FaultRun run, int round, CancellationToken cancellationToken)
    {
        var killed = run.Nodes[round % Nodes];
        var paused = run.Nodes[(round + 1) % Nodes];
        await run.UntilBusyAsync([paused], cancellationToken);
        var pause = PauseAsync(run, paused, cancellationToken);
        await KillAsync(run, killed, cancellationToken);
        await pause;
    }

    private static async Task PauseAsync(FaultRun run, NodeProcess node, CancellationToken cancellationToken)
    {
        run.Say($"node {node.Index} is paused");
        node.Pause();
        try
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
        finally
        {
            node.Resume();
            run.Say($"node {node.Index} goes on");
        }
    }
}
