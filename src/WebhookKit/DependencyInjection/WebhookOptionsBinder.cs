using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookKit.DependencyInjection;

/// <summary>
/// Binds the configuration section, where there is a configuration: a console program may have none. Keys that are no settings and values that cannot be
/// read are kept with the options, so that they are reported with all other faults.
/// </summary>
internal sealed class WebhookOptionsBinder(
    IEnumerable<ProviderSection> providers, SecretProtectionBinder? secretProtection = null, IConfiguration? configuration = null)
    : IConfigureOptions<WebhookOptions>
{
    public void Configure(WebhookOptions options)
    {
        if (configuration is null)
            return;
        var binding = new Binding(configuration.GetSection(WebhookOptions.Section), options.BindingFaults);
        binding.Bind<TenantOptions>(nameof(options.Tenants), s => s.Bind(options.Tenants));
        binding.Bind<PublishingOptions>(nameof(options.Publishing), s => s.Bind(options.Publishing));
        binding.Bind<WebhookSendingOptions>(nameof(options.Sending), s => s.Bind(options.Sending));
        binding.Bind<EnvelopeOptions>(nameof(options.Envelopes), s => s.Bind(options.Envelopes));
        binding.Bind<RetryOptions>(nameof(options.Retry), s => s.Bind(options.Retry));
        binding.Bind<DispatcherOptions>(nameof(options.Dispatcher), s => s.Bind(options.Dispatcher));
        binding.Bind<RetentionOptions>(nameof(options.Retention), s => s.Bind(options.Retention));
        binding.Bind<EgressOptions>(nameof(options.Egress), s => s.Bind(options.Egress));
        binding.Bind<InMemoryStoreOptions>(nameof(options.InMemory), s => s.Bind(options.InMemory));
        foreach (var provider in providers)
            binding.LeaveTo(provider.Name);
        if (secretProtection is not null)
            binding.LeaveTo(SecretProtectionBinder.Section);
        binding.ReportUnknownSections();
    }

    private sealed class Binding(IConfigurationSection webhooks, List<WebhookError> faults)
    {
        private readonly List<string> _sections = [];

        public void Bind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string name, Action<IConfigurationSection> bind)
        {
            _sections.Add(name);
            var section = webhooks.GetSection(name);
            // Code cannot be configured.
            ReportUnknown(section, [.. typeof(T).GetProperties().Where(p => !p.PropertyType.IsAssignableTo(typeof(Delegate))).Select(p => p.Name)]);
            try
            {
                bind(section);
            }
            catch (InvalidOperationException e)
            {
                // The binder names the key, the value and the type, and stops there: what else is wrong in this section shows next time.
                faults.Add(new WebhookError(WebhookErrorCode.OutOfRange, section.Path, e.Message, "Correct the value."));
            }
        }

        /// <summary>A section that somebody else binds.</summary>
        public void LeaveTo(string name) => _sections.Add(name);

        public void ReportUnknownSections() => ReportUnknown(webhooks, _sections);

        private void ReportUnknown(IConfigurationSection section, List<string> known)
        {
            foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
                faults.Add(new WebhookError(
                    WebhookErrorCode.UnknownSetting, child.Path, "There is no such setting.", $"Use one of {string.Join(", ", known)}."));
        }
    }
}
