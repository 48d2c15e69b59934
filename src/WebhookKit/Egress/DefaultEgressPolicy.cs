using System.Net;

namespace WebhookKit.Egress;

/// <summary>HTTPS to anywhere; plain HTTP only as far as the options allow it.</summary>
internal sealed class DefaultEgressPolicy(EgressOptions options) : EgressPolicy
{
    public override WebhookError? CheckAddress(Uri origin, IPAddress address) =>
        // A name can point anywhere: what makes plain HTTP harmless is the address, not the name.
        IsPlain(origin) && !options.AllowHttp && !(options.AllowHttpToLoopback && IsLoopback(address))
            ? Refuse($"'{origin.IdnHost}' resolves to {address}, where plain HTTP is not allowed.", "Use an https:// URL.")
            : null;

    protected override WebhookError? CheckOrigin(Uri url)
    {
        if (!IsPlain(url) || options.AllowHttp)
            return null;
        if (!options.AllowHttpToLoopback)
            return Refuse("Plain HTTP is not allowed.", "Use an https:// URL; for development set Webhooks:Egress:AllowHttpToLoopback.");
        return IsLoopbackHost(url.IdnHost) ? null : Refuse("Plain HTTP is allowed to this machine only.", "Use an https:// URL, or a loopback address.");
    }

    private static bool IsPlain(Uri url) => IsScheme(url, Uri.UriSchemeHttp);

    // RFC 6761 section 6.3 reserves localhost and what is below it.
    private static bool IsLoopbackHost(string host) => IPAddress.TryParse(host, out var address)
        ? IsLoopback(address)
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
