namespace WebhookKit;

/// <summary>What became of one renewal.</summary>
public enum RenewOutcome
{
    /// <summary>The lease goes on for at least as long as was asked.</summary>
    Renewed,

    /// <summary>The token is no longer the lane's: somebody else may hold it.</summary>
    Lost,
}
