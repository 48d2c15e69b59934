namespace WebhookKit.Sending;

/// <summary>Nothing is added.</summary>
internal sealed class NoAuthentication : EndpointAuthentication
{
    public override string Kind => "no";

    internal override string? Identity() => Kind;

    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
