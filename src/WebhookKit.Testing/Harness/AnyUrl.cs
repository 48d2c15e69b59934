using System.Net;

namespace WebhookKit.Testing.Harness;

/// <summary>Lets requests go to any URL: they go nowhere.</summary>
internal sealed class AnyUrl : EgressPolicy
{
    public override WebhookError? CheckAddress(Uri origin, IPAddress address) => null;

    protected override WebhookError? CheckOrigin(Uri url) => null;
}
