namespace WebhookKit.FaultTests.Scenarios;

internal static class BacklogRun
{
    public static Task<int> ExecuteAsync(RunSettings settings, CancellationToken cancellationToken) => Task.FromResult(2);
}
