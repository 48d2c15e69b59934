using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebhookKit.DependencyInjection;
using WebhookKit.Subscriptions;

namespace WebhookKit;

/// <summary>What <c>AddWebhooks</c> answers with: registers event types, and the place that providers extend.</summary>
public sealed partial class WebhooksBuilder
{
    private const string Reflection = "The data is serialised by reflection. Use the overload with a JsonTypeInfo in trimmed or AOT-compiled applications.";

    internal WebhooksBuilder(IServiceCollection services, IHttpClientBuilder httpClient)
    {
        Services = services;
        HttpClient = httpClient;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The HTTP client that deliveries go through, isolated from <c>ConfigureHttpClientDefaults</c>. What is added here applies to it alone.</summary>
    public IHttpClientBuilder HttpClient { get; }

    /// <summary>Registers an event type with the .NET type of its data.</summary>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public WebhooksBuilder AddEvent<T>(string name, Action<EventTypeOptions>? configure = null) where T : notnull =>
        Add(name, typeof(T), ByReflection<T>, configure);

    /// <summary>Registers an event type that the data's .NET type names with <see cref="WebhookEventAttribute"/>.</summary>
    /// <exception cref="WebhookValidationException">The type does not carry the attribute.</exception>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public WebhooksBuilder AddEvent<T>(Action<EventTypeOptions>? configure = null) where T : notnull
    {
        var attribute = Attribute<T>();
        return Add(attribute.Name, typeof(T), ByReflection<T>, Describe(attribute) + configure);
    }

    /// <summary>Registers an event type with the contract its data is serialised by; works trimmed and AOT-compiled.</summary>
    public WebhooksBuilder AddEvent<T>(string name, JsonTypeInfo<T> dataContract, Action<EventTypeOptions>? configure = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(dataContract);
        return Add(name, typeof(T), _ => dataContract, configure);
    }

    /// <summary>Registers an event type that the data's .NET type names with <see cref="WebhookEventAttribute"/>; works trimmed and AOT-compiled.</summary>
    /// <exception cref="WebhookValidationException">The type does not carry the attribute.</exception>
    public WebhooksBuilder AddEvent<T>(JsonTypeInfo<T> dataContract, Action<EventTypeOptions>? configure = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(dataContract);
        var attribute = Attribute<T>();
        return Add(attribute.Name, typeof(T), _ => dataContract, Describe(attribute) + configure);
    }

    /// <summary>Registers an event type that is published as JSON only.</summary>
    public WebhooksBuilder AddEvent(string name, Action<EventTypeOptions>? configure = null) => Add(name, dataType: null, contract: null, configure);

    /// <summary>Keeps messages, deliveries and the log in another store than memory. For providers; the last one wins.</summary>
    public WebhooksBuilder UseStore(Func<IServiceProvider, IWebhookStore> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Services.Replace(ServiceDescriptor.Singleton(store));
        return this;
    }

    /// <summary>Keeps subscriptions elsewhere than in memory. The last one wins.</summary>
    public WebhooksBuilder UseSubscriptionStore(Func<IServiceProvider, ISubscriptionStore> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Services.Replace(ServiceDescriptor.Singleton(store));
        return this;
    }

    /// <summary>Decides where requests may go in place of the default policy. The last one wins.</summary>
    public WebhooksBuilder UseEgressPolicy(Func<IServiceProvider, EgressPolicy> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Services.Replace(ServiceDescriptor.Singleton(policy));
        return this;
    }

    /// <summary>
    /// Gives the secret values of tenants, such as an API key, to envelopes that declare <see cref="EnvelopeInputs.TenantValues"/>. The last one wins.
    /// </summary>
    public WebhooksBuilder UseTenantValues(Func<IServiceProvider, ITenantValueSource> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Services.Replace(ServiceDescriptor.Singleton(source));
        return this;
    }

    /// <summary>Tells an observer, of which the container makes one, of operational events. Several may be added; the same type again adds nothing.</summary>
    public WebhooksBuilder AddObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>() where T : class, IWebhookObserver
    {
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IWebhookObserver, T>());
        return this;
    }

    /// <summary>Tells an observer of operational events. Several may be added.</summary>
    public WebhooksBuilder AddObserver(Func<IServiceProvider, IWebhookObserver> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Services.AddSingleton(observer);
        return this;
    }

    /// <summary>Tells an observer of operational events. Several may be added.</summary>
    public WebhooksBuilder AddObserver(IWebhookObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Services.AddSingleton(observer);
        return this;
    }

    private static WebhookEventAttribute Attribute<T>() =>
        typeof(T).GetCustomAttribute<WebhookEventAttribute>() ?? throw new WebhookValidationException(new WebhookError(
            WebhookErrorCode.UnknownEventType, $"AddEvent<{typeof(T).Name}>", "The type does not carry [WebhookEvent].",
            "Add the attribute, or give the event type's name."));

    private static Action<EventTypeOptions> Describe(WebhookEventAttribute attribute) => o =>
    {
        o.Group = attribute.Group;
        o.DisplayName = attribute.DisplayName;
        o.Description = attribute.Description;
    };

    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    private static JsonTypeInfo ByReflection<T>(JsonSerializerOptions? options)
    {
        options ??= JsonSerializerOptions.Web;
        options.MakeReadOnly(populateMissingResolver: true);
        return options.GetTypeInfo(typeof(T));
    }

    private WebhooksBuilder Add(string name, Type? dataType, Func<JsonSerializerOptions?, JsonTypeInfo>? contract, Action<EventTypeOptions>? configure)
    {
        var options = new EventTypeOptions();
        configure?.Invoke(options);
        var eventType = new EventType
        {
            Name = name, Group = options.Group, DisplayName = options.DisplayName, Description = options.Description, DataType = dataType,
        };
        Services.AddSingleton(new EventRegistration(eventType, new EventTypeDefaults(name, options.Retry, options.Envelope), contract));
        return this;
    }
}
