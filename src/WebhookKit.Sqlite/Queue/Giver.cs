namespace WebhookKit.Sqlite.Queue;

/// <summary>Reads what belongs to deliveries that are given out in one call: each message, and each destination, once.</summary>
internal sealed class Giver(Contents contents)
{
    private readonly Dictionary<long, AcceptedMessage> _messages = [];
    private readonly Dictionary<DestinationId, SettingsForm> _destinations = [];

    public IReadOnlyList<GrantedDelivery> Give(IReadOnlyList<DeliveryRow> deliveries)
    {
        var given = new GrantedDelivery[deliveries.Count];
        for (var i = 0; i < given.Length; i++)
            given[i] = new GrantedDelivery(deliveries[i], Read(deliveries[i].Message), deliveries[i].Destination is { } id ? Read(id) : null);
        return given;
    }

    public AcceptedMessage Read(long message)
    {
        if (!_messages.TryGetValue(message, out var known))
            _messages.Add(message, known = contents.Messages.Read(message));
        return known;
    }

    private SettingsForm Read(DestinationId destination)
    {
        if (!_destinations.TryGetValue(destination, out var form))
            _destinations.Add(destination, form = contents.Destinations.Read(destination));
        return form;
    }
}
