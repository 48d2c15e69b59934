using System.Diagnostics;
using WebhookKit.Sending;

namespace WebhookKit;

/// <summary>
/// How the sender proves to an endpoint who it is, beside the signature. The values never show: not in <see cref="ToString"/>, in a debugger or in JSON.
/// Instances are immutable and safe for concurrent use.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class EndpointAuthentication
{
    /// <summary>No authentication: the default.</summary>
    public static EndpointAuthentication None { get; } = new NoAuthentication();

    /// <summary>What kind it is, for example <c>basic</c>; never a value.</summary>
    public abstract string Kind { get; }

    /// <summary>The names of the headers it sets, which no extra header may have.</summary>
    internal virtual IReadOnlyCollection<string> HeaderNames => [];

    /// <summary>User name and password by Basic authentication (RFC 7617, in UTF-8).</summary>
    /// <exception cref="WebhookValidationException">
    /// Both are empty, the user name has a colon, or one has control characters; all faults are named.
    /// </exception>
    public static EndpointAuthentication Basic(string user, string password) => new BasicAuthentication(user, password);

    /// <summary>A bearer token (RFC 6750 section 2.1).</summary>
    /// <exception cref="WebhookValidationException">The token is empty or has characters that a token cannot have.</exception>
    public static EndpointAuthentication Bearer(string token) => new BearerAuthentication(token);

    /// <summary>Headers with secret values, such as <c>x-api-key</c>.</summary>
    /// <exception cref="WebhookValidationException">There is none, or a name or value is malformed, reserved or repeated; all faults are named.</exception>
    public static EndpointAuthentication Headers(params IReadOnlyList<KeyValuePair<string, string>> headers) => new HeaderAuthentication(headers);

    /// <summary>
    /// The host's own way, for example a token that has to be fetched. It runs before each attempt, inside the attempt's timeout, when everything else of the
    /// request is in place. What it throws is the sender's failure and is never charged to the receiver.
    /// </summary>
    public static EndpointAuthentication Delegate(Func<HttpRequestMessage, CancellationToken, ValueTask> apply) => new DelegateAuthentication(apply);

    /// <summary>Puts the proof on a request that is otherwise complete.</summary>
    public abstract ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>All there is to say about it, secret values included: for a hash, and nothing else. Null if there is no such text.</summary>
    internal virtual string? Identity() => null;

    /// <summary>The kind; never a value.</summary>
    public sealed override string ToString() => $"{Kind} authentication";
}
