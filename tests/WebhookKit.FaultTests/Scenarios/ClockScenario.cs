namespace WebhookKit.FaultTests.Scenarios;

/// <summary>Three nodes whose wall clocks are ten minutes ahead, right, and ten minutes behind; in each round one is killed, in turn.</summary>
internal sealed class ClockScenario : Scenario
{
    public override int Nodes => 3;

    public override TimeSpan ClockOffsetOf(int node) => TimeSpan.FromMinutes(10) * (1 - node);

    public override Task RoundAsync(FaultRun run, int round, CancellationToken cancellationToken) =>
        KillAsync(run, run.Nodes[round % Nodes], cancellationToken);
}
