using System.Buffers;
using System.Diagnostics;

namespace WebhookKit.Sending;

/// <summary>RFC 6750. The header's value is made once.</summary>
internal sealed class BearerAuthentication : EndpointAuthentication
{
    private const string Scheme = "Bearer ";

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value;

    public BearerAuthentication(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        // b64token of RFC 6750: these characters, then any number of '='.
        var characters = token.AsSpan().TrimEnd('=');
        if (characters.IsEmpty || characters.ContainsAnyExcept(TokenCharacters))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.InvalidHeader, "Authentication.Token", "The token is empty or has characters that a bearer token cannot have.",
                "Give the token alone, without 'Bearer', quotes or line breaks."));

        _value = Scheme + token;
    }

    public override string Kind => "bearer";

    internal override IReadOnlyCollection<string> HeaderNames { get; } = [RequestHeaders.Authorization];

    /// <summary>The token, to store it.</summary>
    internal string Reveal() => _value[Scheme.Length..];

    internal override string? Identity() => $"{Kind} {_value}";

    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestHeaders.Add(request, RequestHeaders.Authorization, _value);
        return ValueTask.CompletedTask;
    }
}
