using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Sending;

namespace WebhookKit.Tests.Sending;

/// <summary>The sender as a host registers it, allowed to use plain HTTP on this machine.</summary>
internal sealed class SendingHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_793_737_570);

    private readonly ServiceProvider _services;

    private SendingHost(ServiceProvider services) => _services = services;

    public IServiceProvider Services => _services;

    public static SendingHost Create(
        Action<WebhookSendingOptions>? options = null, TimeProvider? time = null, Action<EgressOptions>? egress = null,
        Action<IServiceCollection>? before = null, Action<IServiceCollection>? after = null, Action<IHttpClientBuilder>? client = null)
    {
        var services = new ServiceCollection();
        before?.Invoke(services);
        if (time is not null)
            services.AddSingleton(time);
        var egressOptions = new EgressOptions { AllowHttpToLoopback = true };
        egress?.Invoke(egressOptions);
        services.AddSingleton(egressOptions);
        var sendingOptions = new WebhookSendingOptions();
        options?.Invoke(sendingOptions);
        services.AddSingleton(sendingOptions);
        client?.Invoke(WebhookHttpClient.Register(services));
        WebhookHttpClient.Register(services);
        after?.Invoke(services);
        return new SendingHost(services.BuildServiceProvider());
    }

    public static SendRequest Request(
        Uri url, string body = """{"id":1}""", string messageId = "msg_1", IReadOnlyList<SignatureScheme>? schemes = null,
        EndpointAuthentication? authentication = null, IReadOnlyList<KeyValuePair<string, string>>? extraHeaders = null, TimeSpan? timeout = null,
        SuccessRule? success = null, string contentType = "application/json") => new()
    {
        Url = url,
        MessageId = messageId,
        Body = Encoding.UTF8.GetBytes(body),
        ContentType = contentType,
        Timestamp = Now,
        Schemes = schemes ?? [new TestScheme()],
        Secrets = WebhookSecrets.Of(WebhookSecret.Parse("s3cret")),
        Authentication = authentication ?? EndpointAuthentication.None,
        ExtraHeaders = extraHeaders ?? [],
        Timeout = timeout ?? TimeSpan.FromMinutes(1),
        Success = success ?? SuccessRule.Any2xx,
    };

    public Task<AttemptResult> SendAsync(SendRequest request, CancellationToken cancellationToken = default) =>
        _services.GetRequiredService<WebhookSender>().SendAsync(request, cancellationToken).AsTask();

    public Task<AttemptResult> SendAsync(Uri url) => SendAsync(Request(url));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
