using System.Text.Json;
using WebhookKit.Signing;

namespace WebhookKit.Storage;

/// <summary>A signature scheme: <c>{"kind":"standard-webhooks"}</c>, <c>{"kind":"hmac","header":"x-signature",…}</c>.</summary>
internal static class SchemeForm
{
    /// <summary>The call that names such parts of the host's own.</summary>
    public const string Method = "AddSignatureScheme";

    private const string StandardWebhooks = "standard-webhooks";
    private const string Svix = "svix";
    private const string Hmac = "hmac";

    public static void Write(FormWriter form, string field, SignatureScheme scheme)
    {
        var kind = scheme switch
        {
            StandardWebhooksScheme => ReferenceEquals(scheme, SignatureSchemes.Svix) ? Svix : StandardWebhooks,
            HmacHeaderScheme => Hmac,
            _ => null,
        };
        if (kind is null)
        {
            form.Named(field, scheme, Method);
            return;
        }

        form.Json.WriteStartObject();
        form.Json.WriteString(PartForm.Kind, kind);
        if (scheme is HmacHeaderScheme { Options: var options } hmac)
        {
            form.Text("header", hmac.Header);
            form.Member("algorithm", options.Algorithm);
            form.Member("encoding", options.Encoding);
            form.Text("prefix", options.Prefix);
            form.Text("timestampHeader", options.TimestampHeader);
            form.Text("signedContent", options.SignedContent);
            form.Number("minimumSecretBytes", options.MinimumSecretBytes);
        }

        form.Json.WriteEndObject();
    }

    public static SignatureScheme Read(JsonElement form, NamedParts parts) => PartForm.Read(form, parts, Method, kind => kind switch
    {
        StandardWebhooks => SignatureSchemes.StandardWebhooks,
        Svix => SignatureSchemes.Svix,
        Hmac => SignatureSchemes.Hmac(form.RequiredText("header"), options =>
        {
            options.Algorithm = form.Member<HmacAlgorithm>("algorithm");
            options.Encoding = form.Member<SignatureEncoding>("encoding");
            options.Prefix = form.RequiredText("prefix");
            options.TimestampHeader = form.Text("timestampHeader");
            options.SignedContent = form.RequiredText("signedContent");
            options.MinimumSecretBytes = form.Required("minimumSecretBytes").GetInt32();
        }),
        _ => null,
    });
}
