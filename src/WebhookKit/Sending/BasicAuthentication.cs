using System.Diagnostics;
using System.Text;

namespace WebhookKit.Sending;

/// <summary>RFC 7617. The header's value is made once.</summary>
internal sealed class BasicAuthentication : EndpointAuthentication
{
    private const string Scheme = "Basic ";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value;

    public BasicAuthentication(string user, string password)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(password);
        List<WebhookError> errors = [];
        if (user.Length == 0 && password.Length == 0)
            errors.Add(Fault("User", "User name and password are both empty.", "Give at least one, or no authentication."));
        if (user.Contains(':', StringComparison.Ordinal))
            errors.Add(Fault("User", "The user name has a colon, which ends it (RFC 7617 section 2).", "Use a user name without a colon."));
        if (user.Any(char.IsControl))
            errors.Add(Fault("User", "The user name has control characters.", "Leave them out."));
        if (password.Any(char.IsControl))
            errors.Add(Fault("Password", "The password has control characters.", "Leave them out; a line break often comes from copying."));
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);

        _value = Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
    }

    public override string Kind => "basic";

    internal override IReadOnlyCollection<string> HeaderNames { get; } = [RequestHeaders.Authorization];

    /// <summary>User name and password, to store them.</summary>
    internal (string User, string Password) Reveal()
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(_value[Scheme.Length..]));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return (text[..colon], text[(colon + 1)..]);
    }

    internal override string? Identity() => $"{Kind} {_value}";

    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestHeaders.Add(request, RequestHeaders.Authorization, _value);
        return ValueTask.CompletedTask;
    }

    private static WebhookError Fault(string member, string problem, string remedy) =>
        new(WebhookErrorCode.InvalidHeader, $"Authentication.{member}", problem, remedy);
}
