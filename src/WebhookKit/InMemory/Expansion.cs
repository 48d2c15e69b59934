namespace WebhookKit.InMemory;

/// <summary>Makes the deliveries of accepted messages in steps, each under the store's lock, so that a large fan-out does not keep the queue waiting.</summary>
internal sealed class Expansion(StoredMessage[] messages)
{
    private const int StepLength = 1_000;
    private int _at;

    /// <summary>Goes on; true when all deliveries are there. What was erased meanwhile gets none.</summary>
    public bool Step(StoreContents contents, long now)
    {
        for (var left = StepLength; _at < messages.Length && left > 0;)
        {
            left -= contents.Expand(messages[_at], left, now);
            if (messages[_at].FanOut is null)
                _at++;
        }

        return _at == messages.Length;
    }
}
