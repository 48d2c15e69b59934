namespace WebhookKit.Tests.Architecture;

/// <summary>Which room may use which: the arrows of the design, as a table. Everything not named here is forbidden.</summary>
internal static class RoomMap
{
    public const string Root = "(root)";

    public static readonly IReadOnlyDictionary<string, string[]> MayUse = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [Root] = [],
        ["Messages"] = [],
        ["Signing"] = [],
        ["Egress"] = [],
        ["Receiving"] = ["Signing"],
        ["Envelopes"] = ["Messages", "Signing", "Sending"],
        ["Retry"] = ["Messages"],
        ["Telemetry"] = ["Messages", "Receiving"],
        ["Queueing"] = ["Messages", "Subscriptions"],
        ["DeliveryLog"] = ["Messages", "Subscriptions", "Queueing"],
        ["Sending"] = ["Messages", "Signing", "Egress", "Telemetry"],
        ["Subscriptions"] = ["Messages", "Signing", "Egress", "Envelopes", "Retry", "Sending"],
        ["Composing"] = ["Messages", "Signing", "Envelopes", "Sending", "Subscriptions"],
        ["Publishing"] = ["Messages", "Signing", "Subscriptions", "Queueing", "Telemetry"],
        ["Operations"] =
        [
            "Messages", "Envelopes", "Sending", "Subscriptions", "Composing", "Publishing", "Queueing", "DeliveryLog", "Telemetry",
        ],
        ["Storage"] = ["Messages", "Signing", "Envelopes", "Retry", "Sending", "Subscriptions", "Queueing", "DeliveryLog"],
        ["InMemory"] = ["Messages", "Queueing", "DeliveryLog", "Subscriptions", "Storage"],
        ["Dispatching"] = ["Messages", "Retry", "Sending", "Subscriptions", "Composing", "Queueing", "DeliveryLog", "Telemetry"],
        ["DependencyInjection"] =
        [
            "Messages", "Signing", "Envelopes", "Retry", "Egress", "Sending", "Subscriptions", "Composing", "Publishing",
            "Operations", "Queueing", "DeliveryLog", "Storage", "Telemetry", "InMemory", "Dispatching",
        ],
    };

    /// <summary>Rooms that use the framework only, so that they could become a package of their own.</summary>
    public static readonly IReadOnlyList<string> FrameworkOnly = ["Signing", "Receiving"];
}
