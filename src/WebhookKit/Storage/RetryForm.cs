using System.Text.Json;
using WebhookKit.Retry;

namespace WebhookKit.Storage;

/// <summary>A retry policy: <c>{"kind":"fixed","jitter":0,"retries":3,"spacing":"00:01:00"}</c>.</summary>
internal static class RetryForm
{
    /// <summary>The call that names such parts of the host's own.</summary>
    public const string Method = "AddRetryPolicy";

    private const string None = "none";
    private const string Schedule = "schedule";
    private const string Fixed = "fixed";
    private const string Window = "window";
    private const string Exponential = "exponential";

    public static void Write(FormWriter form, string field, RetryPolicy policy)
    {
        switch (policy)
        {
            case NoRetry:
                Start(form, None, policy);
                break;
            case ScheduledRetry scheduled:
                Start(form, Schedule, policy);
                form.List("delays", scheduled.Delays, delay => form.Json.WriteStringValue(FormWriter.Of(delay)));
                break;
            case FixedRetry equal:
                Start(form, Fixed, policy);
                form.Number("retries", equal.Retries);
                form.Duration("spacing", equal.Spacing);
                break;
            case WindowRetry within:
                Start(form, Window, policy);
                form.Number("retries", within.Retries);
                form.Duration("window", within.Window);
                break;
            case ExponentialRetry growing:
                Start(form, Exponential, policy);
                form.Duration("first", growing.First);
                form.Json.WriteNumber("factor", growing.Factor);
                form.Duration("maxDelay", growing.MaxDelay);
                form.Number("maxAttempts", growing.MaxAttempts);
                break;
            default:
                form.Named(field, policy, Method);
                return;
        }

        form.Json.WriteEndObject();
    }

    public static RetryPolicy Read(JsonElement form, NamedParts parts) => PartForm.Read(form, parts, Method, kind => ReadKind(form, kind));

    private static void Start(FormWriter form, string kind, RetryPolicy policy)
    {
        form.Json.WriteStartObject();
        form.Json.WriteString(PartForm.Kind, kind);
        form.Json.WriteNumber("jitter", policy.Jitter);
    }

    private static RetryPolicy? ReadKind(JsonElement form, string kind)
    {
        var policy = kind switch
        {
            None => RetryPolicy.None,
            Schedule => RetryPolicy.Schedule([.. form.Items("delays").Select(delay => delay.GetDuration())]),
            Fixed => RetryPolicy.Fixed(form.Required("retries").GetInt32(), form.Required("spacing").GetDuration()),
            Window => RetryPolicy.WithinWindow(form.Required("retries").GetInt32(), form.Required("window").GetDuration()),
            Exponential => ReadExponential(form),
            _ => null,
        };
        return policy is null ? null : policy with { Jitter = form.Required("jitter").GetDouble() };
    }

    private static RetryPolicy ReadExponential(JsonElement form)
    {
        var (first, maxDelay) = (form.Required("first").GetDuration(), form.Required("maxDelay").GetDuration());
        return form.Number("maxAttempts") is { } maxAttempts
            ? RetryPolicy.Exponential(first, form.Required("factor").GetDouble(), maxDelay, maxAttempts)
            : RetryPolicy.UntilAccepted(first, maxDelay);
    }
}
