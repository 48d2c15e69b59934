using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookKit.DependencyInjection;

/// <summary>Binds the configuration section, where there is a configuration: a console program may have none.</summary>
internal sealed class WebhookOptionsBinder(IConfiguration? configuration = null) : IConfigureOptions<WebhookOptions>
{
    public void Configure(WebhookOptions options)
    {
        if (configuration is null)
            return;
        var section = configuration.GetSection(WebhookOptions.Section);
        section.GetSection(nameof(options.Publishing)).Bind(options.Publishing);
        section.GetSection(nameof(options.Sending)).Bind(options.Sending);
        section.GetSection(nameof(options.Retry)).Bind(options.Retry);
        section.GetSection(nameof(options.Dispatcher)).Bind(options.Dispatcher);
        section.GetSection(nameof(options.Egress)).Bind(options.Egress);
        section.GetSection(nameof(options.InMemory)).Bind(options.InMemory);
    }
}
