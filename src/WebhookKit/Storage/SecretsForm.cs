using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>
/// Signing secrets with their ends: <c>[{"secret":"whsec_…","until":"2030-01-01T00:00:00+00:00"}]</c>, newest first; without an end none is given.
/// </summary>
internal static class SecretsForm
{
    private const string Text = "secret";
    private const string Until = "until";

    public static void Write(FormWriter form, string name, WebhookSecrets secrets) => form.List(name, secrets.Reveal(), entry =>
    {
        form.Json.WriteStartObject();
        form.Text(Text, entry.Secret.Reveal());
        if (entry.ValidUntil != DateTimeOffset.MaxValue)
            form.Json.WriteString(Until, entry.ValidUntil);
        form.Json.WriteEndObject();
    });

    public static WebhookSecrets Read(JsonElement form, string name) => WebhookSecrets.Of(form.Items(name).Select(entry => new WebhookSecrets.Entry(
        WebhookSecret.Parse(entry.RequiredText(Text)), entry.Member(Until)?.GetDateTimeOffset() ?? DateTimeOffset.MaxValue)));
}
