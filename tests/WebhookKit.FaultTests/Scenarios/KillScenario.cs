namespace WebhookKit.FaultTests.Scenarios;

/// <summary>One process, killed while it publishes and sends, and started again.</summary>
internal sealed class KillScenario : Scenario
{
    public override int Nodes => 1;

    public override Task RoundAsync(FaultRun run, int round, CancellationToken cancellationToken) => KillAsync(run, run.Nodes[0], cancellationToken);
}
