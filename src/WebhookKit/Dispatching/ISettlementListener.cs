namespace WebhookKit.Dispatching;

/// <summary>Hears what became of a settlement, once. It is told on the thread that settles for all, so it must neither wait nor throw.</summary>
internal interface ISettlementListener
{
    /// <summary>The store has answered.</summary>
    /// <param name="answer">What it said; null if it refuses every form of the settlement.</param>
    void Answered(SettlementBatcher.Answer? answer);

    /// <summary>The process stops before the store has answered.</summary>
    void GivenUp();
}
