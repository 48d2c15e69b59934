namespace WebhookKit.Sqlite.Queue;

/// <summary>What a call for a lease found.</summary>
internal sealed record Grant(IReadOnlyList<GrantedLane> Lanes, IReadOnlyList<SuspectDelivery> Suspects, long Now, long? NextDue)
{
    public bool IsEmpty => Lanes.Count == 0 && Suspects.Count == 0;
}
