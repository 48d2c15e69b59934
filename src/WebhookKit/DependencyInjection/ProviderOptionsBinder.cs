using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookKit.DependencyInjection;

/// <summary>
/// Binds the section of a store that comes in a package of its own, where there is a configuration. What cannot be read is kept, to be reported with all other
/// faults.
/// </summary>
/// <param name="configuration">The host's configuration; null is none.</param>
/// <param name="section">The name of the section, below <c>Webhooks</c>.</param>
/// <param name="known">The settings that it has.</param>
internal abstract class ProviderOptionsBinder<TOptions>(IConfiguration? configuration, string section, IReadOnlyList<string> known)
    : IConfigureOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options)
    {
        if (configuration is null)
            return;
        var settings = configuration.GetSection("Webhooks").GetSection(section);
        foreach (var child in settings.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            Faults(options).Add(new WebhookError(
                WebhookErrorCode.UnknownSetting, child.Path, "There is no such setting.", $"Use one of {string.Join(", ", known)}."));
        try
        {
            Bind(settings, options);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the key, the value and the type, and stops there: what else is wrong in this section shows next time.
            Faults(options).Add(new WebhookError(WebhookErrorCode.OutOfRange, settings.Path, e.Message, "Correct the value."));
        }
    }

    /// <summary>Binds. In the provider's own code, where the binding is generated for its type.</summary>
    protected abstract void Bind(IConfigurationSection settings, TOptions options);

    /// <summary>Takes what could not be read.</summary>
    protected abstract ICollection<WebhookError> Faults(TOptions options);
}
