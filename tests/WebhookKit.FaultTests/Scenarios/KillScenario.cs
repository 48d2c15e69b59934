namespace WebhookKit.FaultTests.Scenarios;

/// <summary>One process, killed while it publishes and sends, and started again.</summary>
internal sealed class KillScenario : Scenario
{
    public override int Nodes => 1;

    public override async Task RoundAsync(FaultRun run, int round, CancellationToken cancellationToken)
    {
        await SomeTimeAsync(run, cancellationToken);
        await run.KillAsync(run.Nodes[0], cancellationToken);
        await run.Nodes[0].StartAsync(cancellationToken);
    }
}
