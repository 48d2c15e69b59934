using System.Text.Json;
using WebhookKit.Sending;

namespace WebhookKit.Storage;

/// <summary>
/// How requests authenticate themselves: <c>{"kind":"bearer","token":…}</c>. What comes with the library is secret as a whole; of the host's own only a name is
/// kept, which is not.
/// </summary>
internal static class AuthenticationForm
{
    /// <summary>The call that names such parts of the host's own.</summary>
    public const string Method = "AddAuthentication";

    private const string Basic = "basic";
    private const string Bearer = "bearer";
    private const string Headers = "headers";

    public static bool IsSecret(EndpointAuthentication authentication) =>
        authentication is BasicAuthentication or BearerAuthentication or HeaderAuthentication;

    public static void Write(FormWriter form, string field, EndpointAuthentication authentication)
    {
        switch (authentication)
        {
            case BasicAuthentication basic:
                var (user, password) = basic.Reveal();
                Start(form, Basic);
                form.Text("user", user);
                form.Text("password", password);
                break;
            case BearerAuthentication bearer:
                Start(form, Bearer);
                form.Text("token", bearer.Reveal());
                break;
            case HeaderAuthentication header:
                Start(form, Headers);
                form.List(Headers, header.Reveal(), pair =>
                {
                    form.Json.WriteStartObject();
                    form.Text("name", pair.Key);
                    form.Text("value", pair.Value);
                    form.Json.WriteEndObject();
                });
                break;
            default:
                form.Named(field, authentication, Method);
                return;
        }

        form.Json.WriteEndObject();
    }

    public static EndpointAuthentication Read(JsonElement form, NamedParts parts) => PartForm.Read(form, parts, Method, kind => kind switch
    {
        Basic => EndpointAuthentication.Basic(form.RequiredText("user"), form.RequiredText("password")),
        Bearer => EndpointAuthentication.Bearer(form.RequiredText("token")),
        Headers => EndpointAuthentication.Headers([.. form.Items(Headers).Select(h => KeyValuePair.Create(h.RequiredText("name"), h.RequiredText("value")))]),
        _ => null,
    });

    private static void Start(FormWriter form, string kind)
    {
        form.Json.WriteStartObject();
        form.Json.WriteString(PartForm.Kind, kind);
    }
}
