using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookKit.Retry;
using WebhookKit.Sending;

namespace WebhookKit.DependencyInjection;

/// <summary>Checks everything that was configured, event types and the host's own settings among it, and reports every fault at once.</summary>
internal sealed class WebhookOptionsValidator(IServiceProvider services) : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var faults = Check(options).Select(e => e.ToString()).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<WebhookError> Check(WebhookOptions options) =>
    [
        .. EventCatalog.Check(services.GetServices<EventRegistration>().Select(r => r.EventType)),
        .. options.Publishing.Check(),
        .. options.Subscriptions.Check(),
        .. SendingOptionsValidator.Validate(options.Sending),
        .. RetryOptionsValidator.Validate(options.Retry),
        .. options.Dispatcher.Check(),
        .. options.InMemory.Validate(),
        .. ShutdownTimeout.Check(options.Dispatcher, services),
    ];
}
