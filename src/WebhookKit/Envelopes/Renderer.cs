using System.Collections.ObjectModel;

namespace WebhookKit.Envelopes;

/// <summary>
/// Gathers what an envelope declares, and renders. The host's source of tenant values is asked only for envelopes that use them, and waited for only so long.
/// </summary>
internal sealed class Renderer(
    RenderingCache renderings, EventCatalog catalog, EnvelopeOptions options, TimeProvider time, ITenantValueSource? tenantValues = null)
{
    private const string CheckTheSource = "Check the ITenantValueSource of this application.";

    /// <summary>How long <see cref="RenderAsync"/> may have to wait.</summary>
    public TimeSpan LongestWait(Envelope envelope) => Uses(envelope, EnvelopeInputs.TenantValues) ? options.TenantValuesTimeout : TimeSpan.Zero;

    /// <summary>Renders a message for a subscription.</summary>
    /// <param name="message">The message.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="metadata">The subscription's.</param>
    /// <param name="isShared">Whether others may get the message too, so that what is made is kept for them.</param>
    /// <param name="cancellationToken">Ends the wait for tenant values.</param>
    /// <exception cref="EnvelopeException">The envelope, or the source of tenant values, failed.</exception>
    /// <exception cref="OperationCanceledException">The token fired meanwhile.</exception>
    public async ValueTask<Rendering> RenderAsync(
        WebhookMessage message, Envelope envelope, IReadOnlyDictionary<string, string> metadata, bool isShared, CancellationToken cancellationToken)
    {
        var input = await GatherAsync(message, envelope, metadata, cancellationToken).ConfigureAwait(false);
        return isShared ? renderings.Render(envelope, input) : envelope.Render(input);
    }

    /// <summary>Renders a message with other values in place of the tenant's secrets; null if the envelope cannot do with others.</summary>
    /// <exception cref="EnvelopeException">The source of tenant values failed.</exception>
    /// <exception cref="OperationCanceledException">The token fired meanwhile.</exception>
    public async ValueTask<Rendering?> RenderMaskedAsync(
        WebhookMessage message, Envelope envelope, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        var input = await GatherAsync(message, envelope, metadata, cancellationToken).ConfigureAwait(false);
        try
        {
            return envelope.Render(input with { TenantValues = input.TenantValues.Masked() });
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }

    private async ValueTask<RenderingInput> GatherAsync(
        WebhookMessage message, Envelope envelope, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken) => new()
    {
        Message = message,
        EventDisplayName = catalog.TryGet(message.EventType, out var type) ? type.DisplayName : null,
        TenantValues = Uses(envelope, EnvelopeInputs.TenantValues)
            ? await GetTenantValuesAsync(message.Tenant, envelope, cancellationToken).ConfigureAwait(false)
            : TenantValues.None,
        Metadata = Uses(envelope, EnvelopeInputs.Metadata) ? metadata : ReadOnlyDictionary<string, string>.Empty,
    };

    private static bool Uses(Envelope envelope, EnvelopeInputs input) => (envelope.Uses & input) != EnvelopeInputs.None;

    private async Task<TenantValues> GetTenantValuesAsync(string? tenant, Envelope envelope, CancellationToken cancellationToken)
    {
        if (tenantValues is null)
            throw Failure("nobody gives tenant values.", "Call UseTenantValues on what AddWebhooks returns.");
        using var deadline = new CancellationTokenSource(options.TenantValuesTimeout, time);
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            // On a thread of its own, and waited for only so long: a source that blocks, or does not heed its token, holds nobody up.
            var getting = Task.Run(() => tenantValues.GetAsync(tenant, deadline.Token).AsTask(), CancellationToken.None);
            return await getting.WaitAsync(deadline.Token).ConfigureAwait(false)
                ?? throw Failure("the values of the tenant are null.", "Answer TenantValues.None for a tenant that has none.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw Failure($"the values of the tenant did not come within {options.TenantValuesTimeout.TotalSeconds:0.###} s.", CheckTheSource, e);
        }
        catch (Exception e) when (e is not EnvelopeException)
        {
            // What our own exceptions say is safe to show; what the host's say may hold a secret.
            var what = e is WebhookValidationException ? e.Message : $"{e.GetType().Name} was thrown.";
            throw Failure($"the values of the tenant could not be got: {what}", CheckTheSource, e);
        }

        EnvelopeException Failure(string problem, string remedy, Exception? cause = null) => new(envelope.Name, problem, remedy, cause);
    }
}
