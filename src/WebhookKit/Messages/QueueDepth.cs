namespace WebhookKit;

/// <summary>How much waits in the queue, over all nodes.</summary>
/// <param name="Waiting">Deliveries that have not ended, those of accepted messages that are still to be stored among them.</param>
/// <param name="Due">Those of them that are due now.</param>
/// <param name="OldestDueAge">How long the oldest due one has been due; zero if none is.</param>
public readonly record struct QueueDepth(long Waiting, long Due, TimeSpan OldestDueAge);
