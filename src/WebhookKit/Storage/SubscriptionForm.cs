using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>A subscription as JSON, without what is secret and without its version.</summary>
internal static class SubscriptionForm
{
    public static void Write(FormWriter form, Subscription s)
    {
        var json = form.Json;
        form.Number(FormVersion.Name, FormVersion.Current);
        form.Text("id", s.Id.ToString());
        form.Text("tenant", s.Tenant);
        form.Text("name", s.Name);
        form.Text("description", s.Description);
        form.Text("url", s.Url);
        form.List("events", s.Events, pattern => form.Item(nameof(s.Events), pattern.ToString()));
        if (s.Filter.Count > 0)
            form.List("filter", s.Filter, condition => Write(form, condition));
        form.Member("status", s.Status);
        form.Text("statusReason", s.StatusReason);
        form.Member("order", s.Order);
        form.Pairs("headers", s.Headers);
        if (s.RetryByEventType.Count > 0)
        {
            json.WriteStartObject("retryByEventType");
            foreach (var (eventType, policy) in s.RetryByEventType)
            {
                json.WritePropertyName(eventType);
                RetryForm.Write(form, $"{nameof(s.RetryByEventType)}[{eventType}]", policy);
            }

            json.WriteEndObject();
        }

        form.Number("maxConcurrency", s.MaxConcurrency);
        form.Flag("disableOnGone", s.DisableOnGone);
        SendingForm.Write(form, s.Schemes, s.Authentication, s.Envelope, s.Retry, s.Success, s.Timeout, s.RespectRetryAfter, s.Metadata);
        json.WriteString("createdAt", s.CreatedAt);
        json.WriteString("updatedAt", s.UpdatedAt);
    }

    /// <summary>What stands at the same place in every version of the form.</summary>
    public static SubscriptionOwner ReadOwner(JsonElement form) => new(
        SubscriptionId.Parse(form.RequiredText("id")), form.Text("tenant"),
        Enum.TryParse<SubscriptionStatus>(form.Text("status"), out var status) && Enum.IsDefined(status) ? status : null);

    public static Subscription ReadOutline(JsonElement form)
    {
        FormVersion.Check(form);
        return new Subscription
        {
            Id = SubscriptionId.Parse(form.RequiredText("id")),
            Tenant = form.Text("tenant"),
            Url = form.RequiredText("url"),
            Events = [.. form.Items("events").Select(pattern => EventPattern.Parse(pattern.GetString()))],
            Filter = [.. form.Items("filter").Select(ReadCondition)],
            Status = form.Member<SubscriptionStatus>("status"),
            CreatedAt = form.Required("createdAt").GetDateTimeOffset(),
        };
    }

    public static Subscription Read(JsonElement form, NamedParts parts)
    {
        var sending = SendingForm.Read(form, parts);
        return ReadOutline(form) with
        {
            Name = form.Text("name"),
            Description = form.Text("description"),
            StatusReason = form.Text("statusReason"),
            Order = form.Member<DeliveryOrder>("order"),
            Headers = form.Pairs("headers"),
            RetryByEventType = form.Pairs("retryByEventType", policy => RetryForm.Read(policy, parts)),
            MaxConcurrency = form.Number("maxConcurrency"),
            DisableOnGone = form.Flag("disableOnGone"),
            UpdatedAt = form.Required("updatedAt").GetDateTimeOffset(),
            Schemes = sending.Schemes,
            Authentication = sending.Authentication,
            Envelope = sending.Envelope,
            Retry = sending.Retry,
            Success = sending.Success,
            Timeout = sending.Timeout,
            RespectRetryAfter = sending.RespectRetryAfter,
            Metadata = sending.Metadata,
        };
    }

    public static SecretContext ContextOf(Subscription s) => new() { Tenant = s.Tenant, Purpose = "subscription", Subject = s.Id.ToString() };

    private static void Write(FormWriter form, AttributeCondition condition)
    {
        form.Json.WriteStartObject();
        form.Text("name", condition.Name);
        form.Member("kind", condition.Kind);
        if (condition.Values.Count > 0)
            form.List("values", condition.Values, value => form.Item(nameof(Subscription.Filter), value));
        form.Json.WriteEndObject();
    }

    private static AttributeCondition ReadCondition(JsonElement form) => new()
    {
        Name = form.RequiredText("name"),
        Kind = form.Member<AttributeConditionKind>("kind"),
        Values = [.. form.Items("values").Select(value => value.GetString()!)],
    };
}
