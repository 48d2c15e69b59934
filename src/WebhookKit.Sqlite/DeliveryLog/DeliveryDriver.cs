namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>
/// What an index finds the deliveries of a page by, and the queries made for that. What waits for a subscription is found by its lane, which has its id: one
/// index less that every publish and every settlement write. A page of it costs a look at the whole line.
/// </summary>
internal sealed class DeliveryDriver
{
    public static readonly DeliveryDriver None = new("", "");
    public static readonly DeliveryDriver Message = new("AND message = ?3", "AND message = ?3");
    public static readonly DeliveryDriver Subscription = new("AND lane = ?3", "AND target = ?3");
    public static readonly DeliveryDriver Destination = new("AND target = ?3 AND is_destination = 1", "AND target = ?3");

    private DeliveryDriver(string waiting, string ended)
    {
        Page = Load("list_deliveries");
        Previous = Load("previous_delivery");

        string Load(string name) => LogQuery.Load(name)
            .Replace("/*waiting*/", waiting, StringComparison.Ordinal).Replace("/*ended*/", ended, StringComparison.Ordinal);
    }

    /// <summary>Reads a range.</summary>
    public string Page { get; }

    /// <summary>Finds where the range before begins.</summary>
    public string Previous { get; }

    public static DeliveryDriver Of(DeliveryQuery query, long? message) => (message, query) switch
    {
        ({ }, _) => Message,
        (_, { Subscription: { } }) => Subscription,
        (_, { Destination: { } }) => Destination,
        _ => None,
    };
}
