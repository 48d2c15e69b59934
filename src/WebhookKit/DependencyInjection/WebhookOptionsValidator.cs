using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookKit.Envelopes;
using WebhookKit.Retry;
using WebhookKit.Sending;
using WebhookKit.Storage;

namespace WebhookKit.DependencyInjection;

/// <summary>Checks everything that was configured, event types and the host's own settings among it, and reports every fault at once.</summary>
internal sealed class WebhookOptionsValidator(IServiceProvider services) : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var faults = Check(options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(f => f.ToString()));
    }

    private List<WebhookError> Check(WebhookOptions options) =>
    [
        .. options.BindingFaults,
        .. CheckEvents([.. services.GetServices<EventRegistration>()], options),
        .. CheckSecretProtection(),
        .. NamedPart.Check([.. services.GetServices<NamedPart>()]),
        .. options.Publishing.Check(),
        .. options.Subscriptions.Check(),
        .. CheckInputs(options),
        .. options.Envelopes.Check(),
        .. SendingOptionsValidator.Validate(options.Sending),
        .. RetryOptionsValidator.Validate(options.Retry),
        .. options.Dispatcher.Check(),
        .. options.Retention.Check(options.Retry.MaxAge),
        .. options.InMemory.Validate(),
        .. ShutdownTimeout.Check(options.Dispatcher, services),
    ];

    private IEnumerable<WebhookError> CheckSecretProtection() => services.GetService<SecretProtectionBinder>() is null
        ? []
        : services.GetRequiredService<IOptions<SecretProtectionOptions>>().Value.Check();

    private IEnumerable<WebhookError> CheckInputs(WebhookOptions options)
    {
        var inputs = services.GetRequiredService<InputCheck>();
        return services.GetServices<EventRegistration>()
            .Select(e => inputs.Check($"AddEvent({e.EventType.Name}).Envelope", e.Defaults.Envelope))
            .Prepend(inputs.Check("WebhookOptions.Subscriptions.Envelope", options.Subscriptions.Envelope)).OfType<WebhookError>();
    }

    private static IEnumerable<WebhookError> CheckEvents(EventRegistration[] events, WebhookOptions options) =>
        EventCatalog.Check(events.Select(e => e.EventType)).Concat(events.Select(e => e.Check(options)).OfType<WebhookError>());
}
