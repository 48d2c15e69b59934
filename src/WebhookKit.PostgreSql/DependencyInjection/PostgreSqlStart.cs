using Microsoft.Extensions.Hosting;

namespace WebhookKit.PostgreSql.DependencyInjection;

/// <summary>
/// Opens the store and brings its schema up to date when the host starts. What waiting cannot mend stops the host: wrong credentials, a schema that is missing
/// or of another version. A server that cannot be reached does not: that is logged once, and the store is tried again with every call.
/// </summary>
internal sealed class PostgreSqlStart(StoreServer server) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
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

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
