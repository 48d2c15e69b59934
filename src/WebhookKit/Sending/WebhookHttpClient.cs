using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebhookKit.Egress;

namespace WebhookKit.Sending;

/// <summary>
/// Registers the client that sends. It inherits nothing from <c>ConfigureHttpClientDefaults</c>: a retry handler there would send a delivery several times,
/// a logger would log URLs, a base address or header would change requests. What the host puts on our own <see cref="IHttpClientBuilder"/> stays.
/// </summary>
internal static class WebhookHttpClient
{
    public const string Name = "WebhookKit";

    // What is left of an answer is read on up to here to keep the connection; beyond, a new connection is cheaper.
    private const int DrainBytes = 16 * 1024;
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Registers the sender and its client; a second time changes nothing. The framework applies defaults before any client's own settings, whenever
    /// they were registered, so what is cleared here is all of them.
    /// </summary>
    public static IHttpClientBuilder Register(IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(WebhookSender)))
            return services.AddHttpClient(Name);

        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EgressPolicy, DefaultEgressPolicy>();
        return services.AddHttpClient<WebhookSender>(Name, Neutralise)
            .RemoveAllLoggers()
            .ConfigureAdditionalHttpMessageHandlers(static (handlers, _) => handlers.Clear())
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            // The dispatcher keeps its sender; it is the connections that are renewed.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }

    /// <summary>The fault of a client whose primary handler is not ours though the options ask for ours; null if all is well. For the check at start.</summary>
    public static WebhookError? CheckPrimaryHandler(IServiceProvider services)
    {
        if (services.GetRequiredService<WebhookSendingOptions>().AllowForeignPrimaryHandler)
            return null;
        var handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Name);
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;
        return handler is SocketsHttpHandler { ConnectCallback.Target: EgressConnector }
            ? null
            : new WebhookError(
                WebhookErrorCode.Contradiction, "Webhooks:Sending:AllowForeignPrimaryHandler",
                $"The client '{Name}' has a primary handler of the host's ({handler.GetType().Name}), which does not check the addresses it connects to.",
                "Configure the handler there is instead of replacing it, or set AllowForeignPrimaryHandler to true.");
    }

    private static void Neutralise(HttpClient client)
    {
        client.BaseAddress = null;
        client.DefaultRequestHeaders.Clear();
        // Each request has its own deadline.
        client.Timeout = Timeout.InfiniteTimeSpan;
    }

    private static SocketsHttpHandler CreateHandler(IServiceProvider services)
    {
        var options = services.GetRequiredService<WebhookSendingOptions>();
        var connector = new EgressConnector(
            services.GetRequiredService<EgressPolicy>(), Dns.GetHostAddressesAsync, options.Proxy, options.ConnectTimeout,
            services.GetRequiredService<TimeProvider>());
        return new SocketsHttpHandler
        {
            ConnectCallback = connector.ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = options.PooledConnectionLifetime,
            MaxConnectionsPerServer = options.MaxConnectionsPerEndpoint ?? int.MaxValue,
            EnableMultipleHttp2Connections = true,
            // A timeout ends only its own stream: without pings a dead HTTP/2 connection would fail every attempt until the end of its lifetime.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            MaxResponseDrainSize = DrainBytes,
            Proxy = options.Proxy is { } proxy ? new WebProxy(proxy) : null,
            UseProxy = options.Proxy is not null,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            // The framework's would send the host's baggage to strangers.
            ActivityHeadersPropagator = null,
        };
    }
}
