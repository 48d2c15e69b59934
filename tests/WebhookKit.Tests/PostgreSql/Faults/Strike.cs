namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>A blow that falls once, at the n-th message from now on, whichever connection it comes on.</summary>
internal sealed class Strike(int message, Blow blow)
{
    private int _seen;

    /// <summary>Whether it has fallen.</summary>
    public bool HasFallen { get; private set; }

    /// <summary>Whether the message arrives, but not its answer.</summary>
    public bool IsUnanswered => blow is Blow.Unanswered or Blow.UnansweredForGood;

    /// <summary>Whether nothing works afterwards.</summary>
    public bool IsForGood => blow is Blow.LostForGood or Blow.UnansweredForGood;

    /// <summary>Counts a message; true if it is the one. The proxy lets only one in at a time.</summary>
    public bool FallsOnNext()
    {
        if (HasFallen || ++_seen < message)
            return false;
        return HasFallen = true;
    }
}
