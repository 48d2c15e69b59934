using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>How requests are made and judged, as subscriptions and ad hoc destinations both say it, without what is secret.</summary>
internal static class SendingForm
{
    private const string Authentication = "authentication";

    public static void Write(
        FormWriter form, IReadOnlyList<SignatureScheme>? schemes, EndpointAuthentication authentication, Envelope? envelope, RetryPolicy? retry,
        SuccessRule? success, TimeSpan? timeout, bool? respectRetryAfter, IReadOnlyDictionary<string, string> metadata)
    {
        if (schemes is not null)
            form.List("schemes", schemes, scheme => SchemeForm.Write(form, nameof(Subscription.Schemes), scheme));
        if (authentication != EndpointAuthentication.None && !AuthenticationForm.IsSecret(authentication))
            Part(Authentication, nameof(Subscription.Authentication), authentication, AuthenticationForm.Write);
        if (envelope is not null)
            Part("envelope", nameof(Subscription.Envelope), envelope, EnvelopeForm.Write);
        if (retry is not null)
            Part("retry", nameof(Subscription.Retry), retry, RetryForm.Write);
        if (success is not null)
            Part("success", nameof(Subscription.Success), success, SuccessForm.Write);
        form.Duration("timeout", timeout);
        form.Flag("respectRetryAfter", respectRetryAfter);
        form.Pairs("metadata", metadata);

        void Part<T>(string name, string field, T part, Action<FormWriter, string, T> write)
        {
            form.Json.WritePropertyName(name);
            write(form, field, part);
        }
    }

    /// <summary>Reads them as the settings of a destination whose URL is not known.</summary>
    public static WebhookDestination Read(JsonElement form, NamedParts parts)
    {
        return new WebhookDestination
        {
            Url = "",
            Schemes = form.Member("schemes") is { } schemes ? [.. schemes.EnumerateArray().Select(scheme => SchemeForm.Read(scheme, parts))] : null,
            Authentication = Part(Authentication, AuthenticationForm.Read) ?? EndpointAuthentication.None,
            Envelope = Part("envelope", EnvelopeForm.Read),
            Retry = Part("retry", RetryForm.Read),
            Success = Part("success", SuccessForm.Read),
            Timeout = form.Duration("timeout"),
            RespectRetryAfter = form.Flag("respectRetryAfter"),
            Metadata = form.Pairs("metadata"),
        };

        T? Part<T>(string name, Func<JsonElement, NamedParts, T> read)
            where T : class => form.Member(name) is { } part ? read(part, parts) : null;
    }
}
