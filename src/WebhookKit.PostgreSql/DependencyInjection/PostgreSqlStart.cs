using WebhookKit.DependencyInjection;

namespace WebhookKit.PostgreSql.DependencyInjection;

/// <summary>
/// Opens the store and brings its schema up to date when the host starts. What waiting cannot mend stops the host: wrong credentials, a schema that is missing
/// or of another version. A server that cannot be reached does not: that is logged once, and the store is tried again with every call.
/// </summary>
internal sealed class PostgreSqlStart(StoreServer server) : ProviderStart
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await server.Database.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException e) when (e.IsTransient)
        {
            // Logged as a change of the store's state.
        }
    }
}
