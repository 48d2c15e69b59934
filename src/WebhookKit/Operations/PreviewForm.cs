using WebhookKit.Composing;
using WebhookKit.Sending;

namespace WebhookKit.Operations;

/// <summary>Brings a draft into the form that people see, with what is secret redacted unless it is to be revealed.</summary>
internal static class PreviewForm
{
    private const string Redacted = RequestPreview.Redacted;

    /// <param name="draft">What would be sent.</param>
    /// <param name="envelopeHeaders">The headers of it that the envelope made.</param>
    /// <param name="masked">The body without the tenant's secrets; null if the envelope knows none.</param>
    /// <param name="reveal">Whether secrets are shown.</param>
    public static RequestPreview Of(
        RequestDraft draft, IReadOnlyCollection<KeyValuePair<string, string>> envelopeHeaders, MaskedBody? masked, bool reveal)
    {
        var hidesBody = !reveal && (draft.BodyIsSecret || masked is not null);
        return new RequestPreview
        {
            Method = draft.Method,
            Url = draft.UrlIsSecret && !reveal
                ? draft.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + "/" + Redacted
                : draft.Url.AbsoluteUri,
            Headers = [.. draft.Headers.Select(Show)],
            Body = !hidesBody ? draft.Body : draft.BodyIsSecret ? default : masked!.Body,
            BodyIsRedacted = hidesBody,
        };

        PreviewHeader Show(RequestDraft.Header header)
        {
            var isSecret = header.IsSecret || (masked is not null && envelopeHeaders.Any(h => h.Key.Equals(header.Name, StringComparison.OrdinalIgnoreCase)));
            return new PreviewHeader { Name = header.Name, Value = isSecret && !reveal ? Redacted : header.Value, IsSecret = isSecret };
        }
    }
}
