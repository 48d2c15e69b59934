using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>An ad hoc destination as JSON, without what is secret.</summary>
internal static class DestinationForm
{
    public static void Write(FormWriter form, StoredDestination destination)
    {
        var d = destination.Settings;
        form.Number(FormVersion.Name, FormVersion.Current);
        form.Text("id", destination.Id.ToString());
        form.Text("tenant", destination.Tenant);
        form.Text("url", d.Url);
        form.Flag("endOnGone", d.EndOnGone);
        SendingForm.Write(form, d.Schemes, d.Authentication, d.Envelope, d.Retry, d.Success, d.Timeout, d.RespectRetryAfter, d.Metadata);
    }

    public static StoredDestination Read(JsonElement form, NamedParts parts)
    {
        FormVersion.Check(form);
        return new StoredDestination
        {
            Id = DestinationId.Parse(form.RequiredText("id")),
            Tenant = form.Text("tenant"),
            Settings = SendingForm.Read(form, parts) with { Url = form.RequiredText("url"), EndOnGone = form.Flag("endOnGone") },
        };
    }

    public static SecretContext ContextOf(StoredDestination d) => new() { Tenant = d.Tenant, Purpose = "destination", Subject = d.Id.ToString() };
}
