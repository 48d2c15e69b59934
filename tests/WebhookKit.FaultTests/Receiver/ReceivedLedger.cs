using System.Text;

namespace WebhookKit.FaultTests.Receiver;

/// <summary>What the receiver takes, one message id and subscription a line, written before it answers 2xx. Duplicates are further lines.</summary>
internal sealed class ReceivedLedger(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Append(string messageId, string subscription)
    {
        var line = Encoding.ASCII.GetBytes($"{messageId} {subscription}\n");
        lock (_lock)
            _file.Write(line);
    }

    public void Dispose() => _file.Dispose();
}
