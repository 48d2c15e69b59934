using System.Diagnostics;

namespace WebhookKit.Sending;

/// <summary>Headers whose values are secret.</summary>
internal sealed class HeaderAuthentication : EndpointAuthentication
{
    private const string Field = "Authentication.Headers";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly KeyValuePair<string, string>[] _headers;

    public HeaderAuthentication(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var errors = headers.Count > 0
            ? HeaderRules.Check(headers, Field)
            : [new WebhookError(WebhookErrorCode.Required, Field, "There is no header.", "Give at least one, or no authentication.")];
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);

        _headers = [.. headers];
        HeaderNames = [.. _headers.Select(h => h.Key)];
    }

    public override string Kind => "header";

    internal override IReadOnlyCollection<string> HeaderNames { get; }

    /// <summary>The headers with their values, to store them.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Reveal() => _headers;

    // Neither names nor values can hold a line break, and names no colon.
    internal override string? Identity() => $"{Kind}\n{string.Join('\n', _headers.Select(h => $"{h.Key}:{h.Value}"))}";

    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _headers)
            RequestHeaders.Add(request, name, value);
        return ValueTask.CompletedTask;
    }
}
