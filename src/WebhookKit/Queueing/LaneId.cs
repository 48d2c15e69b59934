using System.Globalization;
using WebhookKit.Messages;

namespace WebhookKit;

/// <summary>
/// Identifies a lane: the line of deliveries to one subscription (for ad hoc destinations: to one tenant and origin). Workers lease lanes, not deliveries.
/// </summary>
/// <param name="Value">For a subscription's lane, the subscription's own UUID.</param>
public readonly record struct LaneId(Guid Value) : IComparable<LaneId>
{
    /// <summary>The lane of a subscription.</summary>
    public static LaneId Of(SubscriptionId subscription) => new(subscription.Value);

    /// <summary>
    /// The lane of an ad hoc destination: shared by all of one tenant that go to the same origin (RFC 6454 section 4: scheme, host in lower case and as
    /// punycode, port).
    /// </summary>
    public static LaneId Of(StoredDestination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var url = new Uri(destination.Settings.Url);
        return new(NameUuid.Of("lane", destination.Tenant, url.Scheme, url.IdnHost, url.Port.ToString(CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc/>
    public int CompareTo(LaneId other) => Value.CompareTo(other.Value);

    /// <summary>Whether one lane comes before the other in locking order.</summary>
    public static bool operator <(LaneId left, LaneId right) => left.CompareTo(right) < 0;

    /// <summary>Whether one lane comes after the other in locking order.</summary>
    public static bool operator >(LaneId left, LaneId right) => left.CompareTo(right) > 0;

    /// <summary>Whether one lane comes before the other in locking order, or is the same.</summary>
    public static bool operator <=(LaneId left, LaneId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one lane comes after the other in locking order, or is the same.</summary>
    public static bool operator >=(LaneId left, LaneId right) => left.CompareTo(right) >= 0;

    /// <summary><c>lane_</c> and 32 hexadecimal digits.</summary>
    public override string ToString() => "lane_" + Value.ToString("N");
}
