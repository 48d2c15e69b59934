using System.Net;

namespace WebhookKit;

/// <summary>
/// Decides where deliveries may go: the URL when it is configured and before every send, and every address its host resolves to when a connection is made.
/// Instances are safe for concurrent use.
/// </summary>
public abstract class EgressPolicy
{
    private const string Field = "Url";

    /// <summary>The fault of a URL, or null if deliveries may go there. Whatever the policy: absolute, HTTP(S), no user-info, no fragment.</summary>
    public WebhookError? CheckUrl(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri)
            return Refuse("The URL is not absolute.", "Give the whole URL, for example https://example.com/webhooks.");
        if (!IsScheme(url, Uri.UriSchemeHttps) && !IsScheme(url, Uri.UriSchemeHttp))
            return Refuse($"The scheme '{url.Scheme}' is not HTTP.", "Use an https:// URL.");
        if (url.Host.Length == 0)
            return Refuse("The URL has no host.", "Give the whole URL, for example https://example.com/webhooks.");
        if (url.UserInfo.Length > 0)
            return Refuse("The URL carries user-info, which would show wherever the URL does.", "Leave it out of the URL and use Basic authentication.");
        if (url.Fragment.Length > 0)
            return Refuse("The URL has a fragment, which is never sent.", "Leave out the part from '#' on.");
        return CheckOrigin(url);
    }

    /// <summary>
    /// The fault of an address that the host of <paramref name="origin"/> resolved to, or null if it may be connected to. Called for every address of every
    /// new connection. Connections are shared by all deliveries to an origin, so a path has no part in it.
    /// </summary>
    /// <param name="origin">Scheme, host and port.</param>
    /// <param name="address">One of the addresses of the host.</param>
    public abstract WebhookError? CheckAddress(Uri origin, IPAddress address);

    /// <summary>The fault of the scheme, host or port of a well-formed URL, or null. Nothing is resolved here.</summary>
    protected abstract WebhookError? CheckOrigin(Uri url);

    /// <summary>Whether the URL has this scheme.</summary>
    private protected static bool IsScheme(Uri url, string scheme) => string.Equals(url.Scheme, scheme, StringComparison.Ordinal);

    /// <summary>An error about the URL.</summary>
    protected static WebhookError Refuse(string problem, string remedy) => new(WebhookErrorCode.InvalidUrl, Field, problem, remedy);
}
