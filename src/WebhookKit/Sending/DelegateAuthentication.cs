namespace WebhookKit.Sending;

/// <summary>The host's own code.</summary>
internal sealed class DelegateAuthentication : EndpointAuthentication
{
    private readonly Func<HttpRequestMessage, CancellationToken, ValueTask> _apply;

    public DelegateAuthentication(Func<HttpRequestMessage, CancellationToken, ValueTask> apply)
    {
        ArgumentNullException.ThrowIfNull(apply);
        _apply = apply;
    }

    public override string Kind => "custom";

    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _apply(request, cancellationToken);
}
