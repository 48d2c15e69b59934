using System.Text.Json;
using WebhookKit.Envelopes;

namespace WebhookKit.Storage;

/// <summary>An envelope: <c>{"kind":"bare"}</c>, <c>{"kind":"cloudevents","source":…}</c>.</summary>
internal static class EnvelopeForm
{
    /// <summary>The call that names such parts of the host's own.</summary>
    public const string Method = "AddEnvelope";

    private const string Bare = "bare";
    private const string StandardWebhooks = "standard-webhooks";
    private const string CloudEvents = "cloudevents";

    public static void Write(FormWriter form, string field, Envelope envelope)
    {
        var kind = envelope switch
        {
            BareEnvelope => Bare,
            StandardWebhooksEnvelope => StandardWebhooks,
            // Without an identity it has functions.
            CloudEventsEnvelope when envelope.Identity() is not null => CloudEvents,
            _ => null,
        };
        if (kind is null)
        {
            form.Named(field, envelope, Method);
            return;
        }

        form.Json.WriteStartObject();
        form.Json.WriteString(PartForm.Kind, kind);
        if (envelope is CloudEventsEnvelope { Options: var options })
        {
            form.Text("source", options.Source);
            form.Member("mode", options.Mode);
            form.Text("typePrefix", options.TypePrefix);
            form.Member("uses", options.Uses);
        }

        form.Json.WriteEndObject();
    }

    public static Envelope Read(JsonElement form, NamedParts parts) => PartForm.Read(form, parts, Method, kind => kind switch
    {
        Bare => Envelope.Bare,
        StandardWebhooks => Envelope.StandardWebhooks,
        CloudEvents => Envelope.CloudEvents(new CloudEventsOptions
        {
            Source = form.RequiredText("source"),
            Mode = form.Member<CloudEventsMode>("mode"),
            TypePrefix = form.RequiredText("typePrefix"),
            Uses = form.Member<EnvelopeInputs>("uses"),
        }),
        _ => null,
    });
}
