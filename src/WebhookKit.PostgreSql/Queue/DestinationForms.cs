using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>The ad hoc destinations of a call, each once and written down; protecting their secrets may take time, so it is done before the transaction.</summary>
internal sealed class DestinationForms
{
    private readonly Dictionary<DestinationId, SettingsForm> _forms = [];

    public SettingsForm this[DestinationId id] => _forms[id];

    public static async ValueTask<DestinationForms> WriteAsync(
        IReadOnlyList<EnqueueRequest> requests, SettingsFormat format, CancellationToken cancellationToken)
    {
        var all = new DestinationForms();
        foreach (var request in requests)
        {
            foreach (var target in request.Targets)
            {
                if (target.Destination is { } destination && !all._forms.ContainsKey(destination.Id))
                    all._forms.Add(destination.Id, await format.WriteAsync(destination, cancellationToken).ConfigureAwait(false));
            }
        }

        return all;
    }
}
