using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.Writing;

namespace WebhookKit.Sqlite;

/// <summary>The file while it is open: who writes, who reads, and the lock that says it is ours.</summary>
internal sealed class OpenFile(OwnerLock owner, Writer writer, ReadPool readers) : IAsyncDisposable
{
    public Writer Writer { get; } = writer;

    public ReadPool Readers { get; } = readers;

    public FileClock Clock => Writer.Clock;

    public async ValueTask DisposeAsync()
    {
        Readers.Dispose();
        await Writer.StopAsync().ConfigureAwait(false);
        owner.Dispose();
    }
}
