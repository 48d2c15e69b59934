namespace WebhookKit.Operations;

/// <summary>Counts what an operation does, and tells of it batch by batch.</summary>
internal sealed class Tally(IProgress<OperationProgress>? progress)
{
    public OperationProgress Total { get; private set; }

    public void Add(int examined, int done)
    {
        Total = new OperationProgress
        {
            Examined = Total.Examined + examined, Done = Total.Done + done, LeftOut = Total.LeftOut + examined - done,
        };
        progress?.Report(Total);
    }
}
