using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Sending;

namespace WebhookKit.DependencyInjection;

/// <summary>
/// What can be checked only once the options are known to be valid: refuses an HTTP handler that would go round the egress policy, and says once, in
/// Production, what a restart loses while things are kept in memory.
/// </summary>
internal sealed class StartupCheck(
    IServiceProvider services, IWebhookStore store, ISubscriptionStore subscriptions, ILogger<StartupCheck> logger, IHostEnvironment? environment = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (WebhookHttpClient.CheckPrimaryHandler(services) is { } error)
            throw new WebhookValidationException(error);
        if (environment is not null && environment.IsProduction())
        {
            if (store is InMemoryStore)
                logger.MessagesInMemory();
            if (subscriptions is InMemorySubscriptionStore)
                logger.SubscriptionsInMemory();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
