using System.Text.Json;

namespace WebhookKit;

/// <summary>
/// All settings of <c>AddWebhooks</c>. What plain values can say is bound from the configuration section <c>Webhooks</c> first; code comes after and wins.
/// They are validated when the host starts, with every fault at once; a configured key that is no setting is a fault too. A change of the configuration
/// takes effect with the next start.
/// </summary>
public sealed class WebhookOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Webhooks";

    /// <summary>Whether tenants must be named.</summary>
    public TenantOptions Tenants { get; } = new();

    /// <summary>How events become messages.</summary>
    public PublishingOptions Publishing { get; } = new();

    /// <summary>How requests are sent.</summary>
    public WebhookSendingOptions Sending { get; } = new();

    /// <summary>How bodies are made.</summary>
    public EnvelopeOptions Envelopes { get; } = new();

    /// <summary>When failed attempts are repeated.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>How the queue is worked.</summary>
    public DispatcherOptions Dispatcher { get; } = new();

    /// <summary>How long what has ended is kept.</summary>
    public RetentionOptions Retention { get; } = new();

    /// <summary>Where requests may go.</summary>
    public EgressOptions Egress { get; } = new();

    /// <summary>The bounds of the in-memory store, as long as no other is used.</summary>
    public InMemoryStoreOptions InMemory { get; } = new();

    /// <summary>What subscriptions fall back to. Set in code only.</summary>
    public SubscriptionOptions Subscriptions { get; } = new();

    /// <summary>How the data of events that were registered without a <c>JsonTypeInfo</c> is serialised. Set in code only.</summary>
    /// <value>Null by default, which is <see cref="JsonSerializerOptions.Web"/>: camel case.</value>
    public JsonSerializerOptions? JsonSerializerOptions { get; set; }

    /// <summary>What was wrong with the configuration section itself.</summary>
    internal List<WebhookError> BindingFaults { get; } = [];
}
