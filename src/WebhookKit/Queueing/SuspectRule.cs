namespace WebhookKit.Queueing;

/// <summary>When a delivery is taken to end the processes that send it.</summary>
internal static class SuspectRule
{
    /// <summary>How many leases may end without a word while one delivery is alone in flight, before that delivery is taken to be the cause.</summary>
    public const int ExpiriesAllowed = 3;
}
