namespace WebhookKit.Testing.Stores;

/// <summary>Keeps what an operation reports, and does something at each report: on the operation's own thread, before it goes on.</summary>
internal sealed class HeardProgress(Action<int>? then = null) : IProgress<OperationProgress>
{
    private readonly List<OperationProgress> _reports = [];

    public IReadOnlyList<OperationProgress> Reports => _reports;

    public void Report(OperationProgress value)
    {
        _reports.Add(value);
        then?.Invoke(_reports.Count);
    }
}
