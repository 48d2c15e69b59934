using System.Collections;
using System.Globalization;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>
/// The log scope of one attempt: its values stand on every line written during it, the host's own lines among them. Their names are those of the traces.
/// </summary>
internal sealed class AttemptScope : IReadOnlyList<KeyValuePair<string, object?>>, IDisposable
{
    private const int Known = 5;

    private readonly LeasedDelivery _delivery;
    private readonly IDisposable? _scope;
    private AttemptOutcome? _outcome;

    private AttemptScope(LeasedDelivery delivery, QuietLogger logger)
    {
        _delivery = delivery;
        _scope = logger.BeginScope(this);
    }

    public int Count => Known + (_outcome is null ? 0 : 1);

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new(WebhookTelemetry.MessageIdTag, _delivery.Message.PublicId),
        1 => new(WebhookTelemetry.DeliveryIdTag, _delivery.Id.ToString()),
        2 => new(WebhookTelemetry.TagOf(_delivery.Target), _delivery.Target.ToString()),
        3 => new(WebhookTelemetry.TenantTag, _delivery.Message.Tenant),
        4 => new(WebhookTelemetry.AttemptNumberTag, _delivery.AttemptsMade + 1),
        Known when _outcome is { } outcome => new(WebhookTelemetry.OutcomeTag, outcome.ToString()),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Begins the scope; null if nobody would see it. Call it from an async method of the attempt's own.</summary>
    public static AttemptScope? Begin(LeasedDelivery delivery, QuietLogger logger) => logger.IsOn ? new AttemptScope(delivery, logger) : null;

    /// <summary>The lines from now on carry the outcome.</summary>
    public void Ended(AttemptOutcome outcome) => _outcome = outcome;

    public void Dispose() => _scope?.Dispose();

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{_delivery.Message.PublicId} {_delivery.Id} {_delivery.Target} attempt {_delivery.AttemptsMade + 1}");
}
