using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.Sqlite.Queue;

/// <summary>
/// Messages that were read lately, for one that goes to many is handed out to one lane after the other; one with a single target is read once. A bounded
/// number of small ones; the oldest goes first. A number is never given to another message, so that what a transaction read that was taken back does no
/// harm. The writer's own.
/// </summary>
internal sealed class RecentMessages
{
    private const int Capacity = 1_024;
    private const int LongestData = 4_096;
    private readonly Dictionary<long, AcceptedMessage> _messages = [];
    private readonly Queue<long> _inOrder = new();

    public bool TryGet(long no, [NotNullWhen(true)] out AcceptedMessage? known) => _messages.TryGetValue(no, out known);

    public void Add(long no, AcceptedMessage message)
    {
        if (message.Targets == 1 || message.Message.Data.Length > LongestData || !_messages.TryAdd(no, message))
            return;
        _inOrder.Enqueue(no);
        if (_inOrder.Count > Capacity)
            _messages.Remove(_inOrder.Dequeue());
    }

    public void Remove(long no) => _messages.Remove(no);
}
