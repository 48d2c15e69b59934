using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;

namespace WebhookKit.Sqlite.DependencyInjection;

/// <summary>
/// Opens the file when the host starts. What waiting cannot mend stops the host: another owner, a file that cannot be opened or written, a schema it cannot
/// work with. A full or failing disk does not, nor does a lock of SQLite's own, as of a backup: what was accepted is sent as soon as it can be read again.
/// </summary>
internal sealed class SqliteStart(StoreFile file) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException e) when (e.Fault is StoreFault.Full or StoreFault.Unavailable || e is { Fault: StoreFault.Locked, InnerException: SqliteException })
        {
            file.Logger.NotOpened(file.Path, e.Fault, e.Message);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
