using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>
/// Writes subscriptions and ad hoc destinations down, and reads them. What only code can describe (a policy, rule, scheme, envelope or authentication of the
/// host's own) is written as the name that the host gave it.
/// </summary>
internal sealed class SettingsFormat(NamedParts parts, ISecretProtector? protector)
{
    private readonly SecretBlob _secrets = new(protector);

    /// <summary>Writes a subscription down, all but its version.</summary>
    /// <exception cref="WebhookValidationException">A part is the host's own and has no name, or a text cannot be kept; all faults are named.</exception>
    public ValueTask<SettingsForm> WriteAsync(Subscription subscription, CancellationToken cancellationToken) => WriteAsync(
        "", form => SubscriptionForm.Write(form, subscription), SecretSettings.Of(subscription), SubscriptionForm.ContextOf(subscription), cancellationToken);

    /// <summary>
    /// What matching and listing need of a subscription: id, tenant, status, events, filter, creation time, and the URL. Cheap; needs no protector.
    /// </summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>: it is damaged, or of a newer library.</exception>
    public static Subscription ReadOutline(string json)
    {
        using var document = Parse(json);
        return Read("A subscription", () => SubscriptionForm.ReadOutline(document.RootElement));
    }

    /// <summary>Reads a subscription, with version 0.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>: a name that this host does not know, or secrets that cannot be read.</exception>
    public async ValueTask<Subscription> ReadAsync(SettingsForm form, CancellationToken cancellationToken)
    {
        using var document = Parse(form.Json);
        var open = Read("A subscription", () => SubscriptionForm.Read(document.RootElement, parts));
        var secret = await ReadSecretsAsync(form.Secrets, SubscriptionForm.ContextOf(open), cancellationToken).ConfigureAwait(false);
        return open with { Secrets = secret.Secrets, Authentication = secret.Authentication ?? open.Authentication };
    }

    /// <summary>Writes an ad hoc destination down.</summary>
    /// <exception cref="WebhookValidationException">A part is the host's own and has no name, or a text cannot be kept; all faults are named.</exception>
    public ValueTask<SettingsForm> WriteAsync(StoredDestination destination, CancellationToken cancellationToken) => WriteAsync(
        "Destination.", form => DestinationForm.Write(form, destination), SecretSettings.Of(destination.Settings), DestinationForm.ContextOf(destination),
        cancellationToken);

    /// <summary>Reads an ad hoc destination.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>, as for subscriptions.</exception>
    public async ValueTask<StoredDestination> ReadDestinationAsync(SettingsForm form, CancellationToken cancellationToken)
    {
        using var document = Parse(form.Json);
        var open = Read("A destination", () => DestinationForm.Read(document.RootElement, parts));
        var secret = await ReadSecretsAsync(form.Secrets, DestinationForm.ContextOf(open), cancellationToken).ConfigureAwait(false);
        return open with
        {
            Settings = open.Settings with
            {
                Secrets = secret.Secrets, Authentication = secret.Authentication ?? open.Settings.Authentication, Headers = secret.Headers,
            },
        };
    }

    private async ValueTask<SettingsForm> WriteAsync(
        string fieldPrefix, Action<FormWriter> write, SecretSettings secret, SecretContext context, CancellationToken cancellationToken)
    {
        var faults = new List<WebhookError>();
        using var form = new FormWriter(parts, fieldPrefix, faults);
        using var secretForm = new FormWriter(parts, fieldPrefix, faults);
        write(form);
        var bytes = secret.IsEmpty ? default : secret.Write(secretForm);
        if (faults.Count > 0)
            throw new WebhookValidationException([.. faults.Distinct()]);
        return new SettingsForm(
            Encoding.UTF8.GetString(form.Finish().Span),
            secret.IsEmpty ? [] : await _secrets.WriteAsync(bytes, context, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<SecretSettings> ReadSecretsAsync(byte[] blob, SecretContext context, CancellationToken cancellationToken)
    {
        if (blob.Length == 0)
            return SecretSettings.Empty;
        var bytes = await _secrets.ReadAsync(blob, context, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return SecretSettings.Read(document.RootElement, parts);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            // Without the cause, whose words may repeat some of what is secret.
            throw SecretBlob.Damaged(context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new WebhookStoreException(StoreFault.Unreadable, "A subscription or destination is damaged.", e);
        }
    }

    private static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw new WebhookStoreException(
                StoreFault.Unreadable, $"{what} is damaged, or was written by a newer library that this one cannot work with: {e.Message}", e);
        }
    }

    private static bool IsMalformed(Exception e) =>
        e is JsonException or FormatException or InvalidOperationException or ArgumentException or OverflowException or WebhookValidationException;
}
