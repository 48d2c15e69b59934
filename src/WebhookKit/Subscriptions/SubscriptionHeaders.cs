using System.Globalization;
using WebhookKit.Sending;

namespace WebhookKit.Subscriptions;

/// <summary>
/// Finds the faults of everything that writes headers on a subscription's requests: schemes with their secrets, authentication, envelopes, extra headers.
/// They are tried together on a sample, since only a signature that is made shows which headers a scheme sets; two that get in each other's way would
/// otherwise fail at every attempt.
/// </summary>
internal sealed class SubscriptionHeaders(SubscriptionOptions defaults, EnvelopeChoice envelopes, TimeProvider time)
{
    private const string SampleId = "msg_00000000000000000000000000000000";
    private static readonly Uri SampleUrl = new("https://example.com/");

    /// <summary>Whether a subscription is given a secret if it has none.</summary>
    public bool IsSigned(Subscription s) => (s.Schemes ?? defaults.Schemes).Count > 0;

    public IReadOnlyList<WebhookError> Check(Subscription s)
    {
        List<WebhookError> errors = [];
        if (s.Authentication is null)
            errors.Add(Missing(nameof(s.Authentication), "Use EndpointAuthentication.None."));
        var signed = CheckSecrets(s, errors) ? Sign(s, errors) : [];
        var authentication = s.Authentication?.HeaderNames ?? [];
        foreach (var name in authentication.Where(signed.ContainsKey))
            errors.Add(new(
                WebhookErrorCode.Contradiction, nameof(s.Authentication), $"'{name}' is set by the signature too.",
                "Choose another scheme or another authentication."));
        var enveloped = envelopes.AllFor(s).SelectMany(e => e.HeaderNames).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var name in enveloped.Where(n => signed.ContainsKey(n) || authentication.Contains(n, StringComparer.OrdinalIgnoreCase)))
            errors.Add(new(
                WebhookErrorCode.Contradiction, nameof(s.Envelope), $"'{name}' is set by the signature or the authentication too.",
                "Choose another envelope, or another scheme or authentication."));
        if (s.Headers is null)
            errors.Add(Missing(nameof(s.Headers), "Use an empty dictionary."));
        else
            errors.AddRange(HeaderRules.Check(
                [.. s.Headers], nameof(s.Headers), [RequestHeaders.Authorization, .. signed.Keys, .. authentication, .. enveloped]));
        return errors;
    }

    private static WebhookError Missing(string field, string remedy) => new(WebhookErrorCode.Required, field, "The value is null.", remedy);

    /// <summary>Whether schemes and secrets are such that a sample can be signed.</summary>
    private bool CheckSecrets(Subscription s, List<WebhookError> errors)
    {
        var (schemes, before) = (s.Schemes ?? defaults.Schemes, errors.Count);
        if (schemes.Contains(null))
            errors.Add(new(WebhookErrorCode.Required, nameof(s.Schemes), "A scheme is null.", "Leave it out."));
        else if (s.Secrets is null)
            errors.Add(Missing(nameof(s.Secrets), "Use WebhookSecrets.None."));
        else if (schemes.Count > 0 && s.Secrets.Count == 0)
            errors.Add(new(
                WebhookErrorCode.Required, nameof(s.Secrets), "There is no secret to sign with.", "Give one, or an empty list of schemes to send unsigned."));
        else if (s.Secrets.Count > WebhookSecrets.MaxOverlap)
            errors.Add(new(
                WebhookErrorCode.OutOfRange, nameof(s.Secrets), $"There are more than {WebhookSecrets.MaxOverlap} secrets.",
                "Let some expire, or rotate with a shorter overlap; zero ends the others at once."));
        else
            errors.AddRange(s.Secrets.SelectMany(secret => schemes.Select(scheme => scheme.Check(secret))).OfType<WebhookError>()
                .Select(e => e with { Field = nameof(s.Secrets) }).Distinct());
        return errors.Count == before;
    }

    /// <summary>The headers of a signed sample.</summary>
    private Dictionary<string, string> Sign(Subscription s, List<WebhookError> errors)
    {
        var now = time.GetUtcNow();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [RequestHeaders.MessageId] = SampleId,
            [RequestHeaders.Timestamp] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
        var input = new SigningInput { MessageId = SampleId, Timestamp = now, Body = "{}"u8, Url = SampleUrl };
        List<KeyValuePair<string, string>> signed = [];
        try
        {
            foreach (var scheme in s.Schemes ?? defaults.Schemes)
                scheme.Sign(in input, s.Secrets, signed);
        }
        catch (WebhookValidationException e)
        {
            errors.AddRange(e.Errors.Select(error => error with { Field = nameof(s.Secrets) }));
        }

        foreach (var (name, value) in signed)
        {
            if (!headers.TryAdd(name, value) && !string.Equals(headers[name], value, StringComparison.Ordinal))
                errors.Add(new(
                    WebhookErrorCode.Contradiction, nameof(s.Schemes), $"'{name}' would be set twice, with different values.",
                    "Give each scheme headers of its own, or leave one out."));
        }

        return headers;
    }
}
