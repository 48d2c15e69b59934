using System.Diagnostics;

namespace WebhookKit.FaultTests.Scenarios;

/// <summary>Two nodes whose database server is stopped at once, as by a crash, and started again; then all connections are cut.</summary>
internal sealed class DatabaseScenario : Scenario
{
    public override int Nodes => 2;

    public override async Task RoundAsync(FaultRun run, int round, CancellationToken cancellationToken)
    {
        await SomeTimeAsync(run, cancellationToken);
        await run.UntilBusyAsync(run.Nodes, cancellationToken);
        var moment = Stopwatch.GetTimestamp();
        await run.Cluster.StopImmediatelyAsync(cancellationToken);
        await run.CountKillAsync("the database", run.Nodes, moment, cancellationToken);
        await SomeTimeAsync(run, cancellationToken);
        await run.Cluster.StartAsync(cancellationToken);

        await SomeTimeAsync(run, cancellationToken);
        await run.UntilBusyAsync(run.Nodes, cancellationToken);
        run.Say($"{await run.Cluster.CutConnectionsAsync(cancellationToken)} connections cut");
    }
}
