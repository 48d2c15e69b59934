namespace WebhookKit.Storage;

/// <summary>
/// What a settlement comes to. Fencing is asymmetric: a success is a fact and ends the delivery whoever holds the lane; anything else is the holder's to say,
/// at the attempt it was given.
/// </summary>
internal static class SettlementVerdict
{
    /// <summary>The answer to a settlement of a delivery that is known.</summary>
    /// <param name="settlement">The settlement; its attempt was not logged before.</param>
    /// <param name="status">Where the delivery stands.</param>
    /// <param name="isCurrent">Whether the settlement names the delivery's lane, the lane's current token and the delivery's number of attempts.</param>
    public static SettleOutcome Of(Settlement settlement, DeliveryStatus status, bool isCurrent)
    {
        if (settlement.Action == SettlementAction.Delivered)
        {
            return status switch
            {
                DeliveryStatus.Delivered => SettleOutcome.Gone,
                DeliveryStatus.Dead => SettleOutcome.Recovered,
                _ => SettleOutcome.Applied,
            };
        }

        if (status != DeliveryStatus.Waiting)
            return SettleOutcome.Gone;
        return isCurrent ? SettleOutcome.Applied : SettleOutcome.Stale;
    }

    /// <summary>Whether the delivery ends with it, if it applies.</summary>
    public static bool Ends(SettlementAction action) => action is SettlementAction.Delivered or SettlementAction.Dead or SettlementAction.Cancel;

    /// <summary>Whether it counts an attempt, if it applies: what the sender cut short, or failed at itself, is logged but not counted.</summary>
    public static bool Counts(Settlement settlement) => settlement.Action switch
    {
        SettlementAction.Delivered or SettlementAction.Retry => true,
        SettlementAction.Dead => settlement.Attempt is { Outcome: not (AttemptOutcome.Cancelled or AttemptOutcome.SenderError) },
        _ => false,
    };
}
