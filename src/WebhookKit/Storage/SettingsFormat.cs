using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebhookKit.Storage;

/// <summary>
/// Writes subscriptions and ad hoc destinations down, and reads them. What only code can describe (a policy, rule, scheme, envelope or authentication of the
/// host's own) is written as the name that the host gave it.
/// </summary>
internal sealed class SettingsFormat(NamedParts parts, ISecretProtector? protector, ILogger? logger = null)
{
    private readonly SecretBlob _secrets = new(protector);

    /// <summary>Where it is said what cannot be read.</summary>
    public ILogger Logger { get; } = logger ?? NullLogger.Instance;

    /// <summary>Writes a subscription down, all but its version.</summary>
    /// <exception cref="WebhookValidationException">A part is the host's own and has no name, or a text cannot be kept; all faults are named.</exception>
    /// <exception cref="WebhookStoreException">
    /// It was read with a <see cref="Subscription.Fault"/>: written down, it would take the place of what could not be read.
    /// </exception>
    public ValueTask<SettingsForm> WriteAsync(Subscription subscription, CancellationToken cancellationToken) => subscription.Fault is { } fault
        ? throw new WebhookStoreException(
            fault.Fault, $"{subscription.Id} could not be read as a whole, so it cannot be changed, only removed: {fault.Message}", fault)
        : WriteAsync(
            "", form => SubscriptionForm.Write(form, subscription), SecretSettings.Of(subscription), SubscriptionForm.ContextOf(subscription), subscription.Url,
            cancellationToken);

    /// <summary>
    /// What matching and listing need of a subscription: id, tenant, status, events, filter, creation time, and the URL. Cheap; needs no protector.
    /// </summary>
    /// <exception cref="WebhookStoreException">
    /// <see cref="StoreFault.Unreadable"/>: it is damaged, of a newer library, or another subscription than the one it is kept as.
    /// </exception>
    public static Subscription ReadOutline(SubscriptionId id, string json)
    {
        using var document = Parse($"{id}", json);
        var outline = Read($"{id}", () => SubscriptionForm.ReadOutline(document.RootElement));
        return outline.Id == id ? outline : throw Another($"{id}", $"{outline.Id}");
    }

    /// <summary>What is read from JSON; null if it is malformed.</summary>
    public static T? ReadOrNull<T>(string json, Func<JsonElement, T> read)
        where T : struct
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return null;
        }
    }

    /// <summary>Reads a subscription, with version 0.</summary>
    /// <exception cref="WebhookStoreException">
    /// <see cref="StoreFault.Unreadable"/>: a name that this host does not know, or secrets that cannot be read or were written for another URL.
    /// </exception>
    public async ValueTask<Subscription> ReadAsync(SettingsForm form, CancellationToken cancellationToken)
    {
        using var document = Parse("A subscription", form.Json);
        var open = Read("A subscription", () => SubscriptionForm.Read(document.RootElement, parts));
        var secret = await ReadSecretsAsync(form.Secrets, SubscriptionForm.ContextOf(open), open.Url, cancellationToken).ConfigureAwait(false);
        return open with { Secrets = secret.Secrets, Authentication = secret.Authentication ?? open.Authentication };
    }

    /// <summary>Writes an ad hoc destination down.</summary>
    /// <exception cref="WebhookValidationException">A part is the host's own and has no name, or a text cannot be kept; all faults are named.</exception>
    public ValueTask<SettingsForm> WriteAsync(StoredDestination destination, CancellationToken cancellationToken) => WriteAsync(
        "Destination.", form => DestinationForm.Write(form, destination), SecretSettings.Of(destination.Settings), DestinationForm.ContextOf(destination),
        destination.Settings.Url, cancellationToken);

    /// <summary>Reads an ad hoc destination.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>, as for subscriptions.</exception>
    public async ValueTask<StoredDestination> ReadDestinationAsync(DestinationId id, SettingsForm form, CancellationToken cancellationToken)
    {
        using var document = Parse($"{id}", form.Json);
        var open = Read($"{id}", () => DestinationForm.Read(document.RootElement, parts));
        if (open.Id != id)
            throw Another($"{id}", $"{open.Id}");
        var secret = await ReadSecretsAsync(form.Secrets, DestinationForm.ContextOf(open), open.Settings.Url, cancellationToken).ConfigureAwait(false);
        return open with
        {
            Settings = open.Settings with
            {
                Secrets = secret.Secrets, Authentication = secret.Authentication ?? open.Settings.Authentication, Headers = secret.Headers,
            },
        };
    }

    /// <summary>Of a destination that cannot be read what can: tenant and URL, as far as they are there.</summary>
    public static StoredDestination ReadDestinationOutline(DestinationId id, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return DestinationForm.ReadOutline(id, document.RootElement);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return new StoredDestination { Id = id, Settings = new WebhookDestination { Url = "https://unreadable.invalid/" } };
        }
    }

    private async ValueTask<SettingsForm> WriteAsync(
        string fieldPrefix, Action<FormWriter> write, SecretSettings secret, SecretContext context, string url,
        CancellationToken cancellationToken)
    {
        var faults = new List<WebhookError>();
        using var form = new FormWriter(parts, fieldPrefix, faults);
        using var secretForm = new FormWriter(parts, fieldPrefix, faults);
        write(form);
        var bytes = secret.IsEmpty ? default : secret.Write(secretForm, url);
        if (faults.Count > 0)
            throw new WebhookValidationException([.. faults.Distinct()]);
        return new SettingsForm(
            Encoding.UTF8.GetString(form.Finish().Span),
            secret.IsEmpty ? [] : await _secrets.WriteAsync(bytes, context, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<SecretSettings> ReadSecretsAsync(byte[] blob, SecretContext context, string url, CancellationToken cancellationToken)
    {
        if (blob.Length == 0)
            return SecretSettings.Empty;
        var bytes = await _secrets.ReadAsync(blob, context, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return SecretSettings.Read(document.RootElement, parts, url) ?? throw new WebhookStoreException(
                StoreFault.Unreadable, $"The secrets of {context.Subject} were written for another URL: it was changed by somebody else than this library.");
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

    private static JsonDocument Parse(string what, string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new WebhookStoreException(StoreFault.Unreadable, $"{what} is damaged.", e);
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

    private static WebhookStoreException Another(string kept, string found) =>
        new(StoreFault.Unreadable, $"{kept} is damaged: what is kept as it are the settings of {found}.");

    private static bool IsMalformed(Exception e) =>
        e is JsonException or FormatException or InvalidOperationException or ArgumentException or OverflowException or WebhookValidationException;
}
