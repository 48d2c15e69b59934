namespace WebhookKit;

/// <summary>What is to become of a leased delivery.</summary>
public enum SettlementAction
{
    /// <summary>It was accepted. A fact: it ends the delivery whoever holds the lane now, even one that is dead-lettered or cancelled already.</summary>
    Delivered,

    /// <summary>The attempt failed and counts; another is due after <see cref="Settlement.Delay"/>.</summary>
    Retry,

    /// <summary>No further attempt: dead-letter it with <see cref="Settlement.DeadReason"/>.</summary>
    Dead,

    /// <summary>Due again after <see cref="Settlement.Delay"/> without counting an attempt.</summary>
    Defer,

    /// <summary>Give it back as it was, due as before, without counting an attempt.</summary>
    Abandon,

    /// <summary>End it without delivering: its subscription takes nothing any more.</summary>
    Cancel,
}
