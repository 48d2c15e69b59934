using System.Collections.ObjectModel;
using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>What is secret of a subscription or an ad hoc destination, and its form: a JSON object of its own.</summary>
internal sealed class SecretSettings
{
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

    public ReadOnlyMemory<byte> Write(FormWriter form)
    {
        form.Number(FormVersion.Name, FormVersion.Current);
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

    public static SecretSettings Read(JsonElement form, NamedParts parts)
    {
        FormVersion.Check(form);
        return new()
        {
            Secrets = SecretsForm.Read(form, "secrets"),
            Authentication = form.Member("authentication") is { } authentication ? AuthenticationForm.Read(authentication, parts) : null,
            Headers = form.Pairs("headers"),
        };
    }

    private static EndpointAuthentication? Secret(EndpointAuthentication authentication) => AuthenticationForm.IsSecret(authentication) ? authentication : null;
}
