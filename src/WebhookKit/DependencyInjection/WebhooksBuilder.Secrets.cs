using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WebhookKit.DependencyInjection;

namespace WebhookKit;

/// <content>Secrets at rest.</content>
public sealed partial class WebhooksBuilder
{
    /// <summary>
    /// Has durable stores encrypt secrets with AES-256-GCM (<see cref="AesGcmSecretProtector"/>). The keys are those of the configuration section
    /// <c>Webhooks:SecretProtection</c> and those that are added in code. No key, a key that has not 32 bytes, two keys of one id, or an unknown current key stop the host
    /// from starting, with all other faults.
    /// </summary>
    /// <param name="configure">Adds keys in code, after those of the configuration; null adds none.</param>
    public WebhooksBuilder ProtectSecrets(Action<SecretProtectionOptions>? configure = null)
    {
        if (!Services.Any(d => d.ServiceType == typeof(SecretProtectionBinder)))
        {
            Services.AddSingleton<SecretProtectionBinder>();
            Services.AddSingleton<IConfigureOptions<SecretProtectionOptions>>(sp => sp.GetRequiredService<SecretProtectionBinder>());
        }

        if (configure is not null)
            Services.Configure(configure);
        Services.Replace(ServiceDescriptor.Singleton<ISecretProtector>(sp =>
        {
            // Whatever is wrong is said with all other faults.
            _ = sp.GetRequiredService<IOptions<WebhookOptions>>().Value;
            return sp.GetRequiredService<IOptions<SecretProtectionOptions>>().Value.ToProtector();
        }));
        return this;
    }

    /// <summary>Has durable stores encrypt secrets in the host's own way, for example with a key service. The last one wins.</summary>
    /// <param name="protector">Makes the protector. What it protected before must stay readable, or subscriptions cannot be sent to.</param>
    [OverloadResolutionPriority(1)]
    public WebhooksBuilder ProtectSecrets(Func<IServiceProvider, ISecretProtector> protector)
    {
        ArgumentNullException.ThrowIfNull(protector);
        Services.RemoveAll<SecretProtectionBinder>();
        Services.RemoveAll<IConfigureOptions<SecretProtectionOptions>>();
        Services.Replace(ServiceDescriptor.Singleton(protector));
        return this;
    }
}
