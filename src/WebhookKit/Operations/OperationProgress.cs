namespace WebhookKit;

/// <summary>How far an operation on many records has come.</summary>
/// <param name="Examined">How many records were looked at.</param>
/// <param name="Done">With how many of them something was done.</param>
/// <param name="LeftOut">How many were left as they are: there was nothing to do, or it was done before, or it cannot be done any more.</param>
public readonly record struct OperationProgress(long Examined, long Done, long LeftOut);
