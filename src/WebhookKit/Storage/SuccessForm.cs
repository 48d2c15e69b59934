using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>A success rule: <c>{"kind":"2xx"}</c>, <c>{"kind":"statuses","statuses":[200,201]}</c>.</summary>
internal static class SuccessForm
{
    /// <summary>The call that names such parts of the host's own.</summary>
    public const string Method = "AddSuccessRule";

    private const string Any2xx = "2xx";
    private const string Statuses = "statuses";

    public static void Write(FormWriter form, string field, SuccessRule rule)
    {
        if (rule.Identity() is null)
        {
            form.Named(field, rule, Method);
            return;
        }

        form.Json.WriteStartObject();
        form.Json.WriteString(PartForm.Kind, rule.Statuses is null ? Any2xx : Statuses);
        if (rule.Statuses is { } statuses)
            form.List(Statuses, statuses, status => form.Json.WriteNumberValue(status));
        form.Json.WriteEndObject();
    }

    public static SuccessRule Read(JsonElement form, NamedParts parts) => PartForm.Read(form, parts, Method, kind => kind switch
    {
        Any2xx => SuccessRule.Any2xx,
        Statuses => SuccessRule.OneOf([.. form.Items(Statuses).Select(status => status.GetInt32())]),
        _ => null,
    });
}
