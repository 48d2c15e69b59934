namespace WebhookKit;

/// <summary>How far an operation on many records has come.</summary>
public readonly record struct OperationProgress
{
    /// <summary>How many records were looked at.</summary>
    public long Examined { get; init; }

    /// <summary>With how many of them something was done.</summary>
    public long Done { get; init; }

    /// <summary>How many were left as they are: there was nothing to do, or it was done before, or it cannot be done any more.</summary>
    public long LeftOut { get; init; }
}
