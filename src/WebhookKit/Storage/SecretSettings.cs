using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>What is secret of a subscription or an ad hoc destination, and its form: a JSON object of its own.</summary>
internal sealed class SecretSettings
{
    private const string Receiver = "receiver";

    public static SecretSettings Empty { get; } = new();

    public WebhookSecrets Secrets { get; private init; } = WebhookSecrets.None;

    /// <summary>Null where there is none, or where it is the host's own and therefore no secret.</summary>
    public EndpointAuthentication? Authentication { get; private init; }

    /// <summary>Headers of a destination, whose values may be secret; a subscription's show.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private init; } = ReadOnlyDictionary<string, string>.Empty;

    public bool IsEmpty => Secrets.Count == 0 && Authentication is null && Headers.Count == 0;

    public static SecretSettings Of(Subscription subscription) =>
        new() { Secrets = subscription.Secrets, Authentication = Secret(subscription.Authentication) };

    public static SecretSettings Of(WebhookDestination destination) =>
        new() { Secrets = destination.Secrets, Authentication = Secret(destination.Authentication), Headers = destination.Headers };

    /// <param name="form">Where it is written.</param>
    /// <param name="url">
    /// Where the secrets are sent to, which stands outside of them: they keep its fingerprint, so that, with a protector, whoever can change the database alone
    /// cannot have them sent elsewhere.
    /// </param>
    public ReadOnlyMemory<byte> Write(FormWriter form, string url)
    {
        form.Number(FormVersion.Name, FormVersion.Current);
        form.Text(Receiver, Fingerprint(url));
        if (Secrets.Count > 0)
            SecretsForm.Write(form, "secrets", Secrets);
        if (Authentication is not null)
        {
            form.Json.WritePropertyName("authentication");
            AuthenticationForm.Write(form, nameof(Authentication), Authentication);
        }

        form.Pairs("headers", Headers);
        return form.Finish();
    }

    /// <summary>Null if they were written for another URL.</summary>
    public static SecretSettings? Read(JsonElement form, NamedParts parts, string url)
    {
        FormVersion.Check(form);
        if (!string.Equals(form.RequiredText(Receiver), Fingerprint(url), StringComparison.Ordinal))
            return null;
        return new SecretSettings
        {
            Secrets = SecretsForm.Read(form, "secrets"),
            Authentication = form.Member("authentication") is { } authentication ? AuthenticationForm.Read(authentication, parts) : null,
            Headers = form.Pairs("headers"),
        };
    }

    private static string Fingerprint(string url) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(url)));

    private static EndpointAuthentication? Secret(EndpointAuthentication authentication) => AuthenticationForm.IsSecret(authentication) ? authentication : null;
}
