using Microsoft.Data.Sqlite;
using WebhookKit.DependencyInjection;

namespace WebhookKit.Sqlite.DependencyInjection;

/// <summary>
/// Opens the file when the host starts. What waiting cannot mend stops the host: another owner, a file that cannot be opened or written, a schema it cannot
/// work with. A full or failing disk does not, nor does a lock of SQLite's own, as of a backup: what was accepted is sent as soon as it can be read again.
/// </summary>
internal sealed class SqliteStart(StoreFile file) : ProviderStart
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
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
}
