namespace WebhookKit.FaultTests.Node;

/// <summary>
/// What <c>PublishAsync</c> accepted, one message id and subscription a line. A line is written and synced after the publish has returned: a kill in between
/// leaves it out, never one too many. Started again, the ledger goes on where it was, and writes no line twice.
/// </summary>
internal sealed class AcceptedLedger : IDisposable
{
    private readonly FileStream _file;
    private readonly HashSet<string> _lines = new(StringComparer.Ordinal);

    public AcceptedLedger(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        using var reader = new StreamReader(_file, leaveOpen: true);
        var text = reader.ReadToEnd();
        // A kill may have cut the last line short.
        var whole = text.LastIndexOf('\n') + 1;
        _lines.UnionWith(text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        _file.SetLength(whole);
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>Writes what is new, and syncs it.</summary>
    public async Task AppendAsync(IEnumerable<string> lines)
    {
        using var text = new MemoryStream();
        using (var writer = new StreamWriter(text, leaveOpen: true) { NewLine = "\n" })
        {
            foreach (var line in lines.Where(_lines.Add))
                writer.WriteLine(line);
        }

        await _file.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length));
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();
}
