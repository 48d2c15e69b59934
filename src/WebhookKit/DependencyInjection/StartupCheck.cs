using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Sending;

namespace WebhookKit.DependencyInjection;

/// <summary>
/// What can be checked only once the options are known to be valid: refuses an HTTP handler that would go round the egress policy, says once
/// that secrets are stored as they are, if they are, and in Production what a restart loses while things are kept in memory. It comes before any service starts, even where the host starts them all at once.
/// </summary>
internal sealed class StartupCheck(
    IServiceProvider services, IWebhookStore store, ISubscriptionStore subscriptions, DispatcherOptions dispatcher,
    IEnumerable<ProviderSection> durable, ILogger<StartupCheck> logger, ISecretProtector? protector = null, IHostEnvironment? environment = null) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (WebhookHttpClient.CheckPrimaryHandler(services) is { } error)
            throw new WebhookValidationException(error);
        if (store is InMemoryStore && !dispatcher.Enabled)
            logger.NeverSent();
        if (protector is null && durable.Any())
            logger.SecretsInPlain();
        if (environment is not null && environment.IsProduction())
        {
            if (store is InMemoryStore)
                logger.MessagesInMemory();
            if (subscriptions is InMemorySubscriptionStore)
                logger.SubscriptionsInMemory();
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
