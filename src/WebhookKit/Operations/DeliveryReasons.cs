using System.Globalization;

namespace WebhookKit.Operations;

/// <summary>Explains a delivery from its record, its subscription and its lane: a pure function.</summary>
internal static class DeliveryReasons
{
    /// <summary>How long a lane may be due before it is odd that nobody took it: a dispatcher asks at least every 30 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="d">The delivery.</param>
    /// <param name="s">Its subscription as it is now, or what its destination is as one; null if it is removed.</param>
    /// <param name="lane">Its lane.</param>
    public static DeliveryExplanation Explain(DeliveryRecord d, Subscription? s, LaneRecord lane) =>
        Ended(d) ?? Target(d, s, lane) ?? (d.DueAt > lane.Now ? NotDue(d, lane) : Due(d, s!, lane));

    private static DeliveryExplanation? Ended(DeliveryRecord d) => d.Status switch
    {
        DeliveryStatus.Delivered => Of(d, DeliveryReason.Delivered, $"The receiver accepted it{At(d.EndedAt)}, at attempt {d.AttemptsMade}."),
        DeliveryStatus.Dead => Of(d, DeliveryReason.Dead, $"It was dead-lettered{At(d.EndedAt)}: {DeadText(d)}{Again(d)}"),
        DeliveryStatus.Cancelled => Of(
            d, DeliveryReason.Cancelled,
            $"It was cancelled{At(d.EndedAt)}: somebody cancelled it, or its subscription became inactive or was removed.{Again(d)}"),
        _ => null,
    };

    private static DeliveryExplanation? Target(DeliveryRecord d, Subscription? s, LaneRecord lane)
    {
        var turn = Later(d.DueAt, lane.HeldUntil);
        var at = turn > lane.Now ? $"at its next turn,{At(turn)}" : "at its next turn";
        return s switch
        {
            null => Of(d, DeliveryReason.SubscriptionRemoved, $"Its subscription is removed; it is cancelled {at}."),
            { Status: SubscriptionStatus.Inactive } => Of(d, DeliveryReason.SubscriptionInactive, $"Its subscription is inactive; it is cancelled {at}."),
            { Status: SubscriptionStatus.Disabled } => Of(
                d, DeliveryReason.SubscriptionDisabled, $"Its subscription is disabled{Why(s)}; it is dead-lettered {at}, and can be recovered then."),
            { Status: SubscriptionStatus.Paused } => Of(
                d, DeliveryReason.SubscriptionPaused, $"Its subscription is paused{Why(s)}; it waits until the subscription is resumed."),
            _ => null,
        };
    }

    private static DeliveryExplanation NotDue(DeliveryRecord d, LaneRecord lane)
    {
        var next = Later(d.DueAt, lane.HeldUntil);
        return d.LastOutcome is null || d.AttemptsMade == 0
            ? Of(d, DeliveryReason.NotDueYet, $"No attempt was counted yet; the next is due{At(next)}.{Last(d)}", next)
            : Of(d, DeliveryReason.WaitsForRetry, $"It waits for attempt {d.AttemptsMade + 1}, which is due{At(next)}.{Last(d)}", next);
    }

    private static DeliveryExplanation Due(DeliveryRecord d, Subscription s, LaneRecord lane)
    {
        // Where order is kept, the head waits for its retry in its place: it is the lane that is held.
        if (lane.HeldUntil > lane.Now && lane.Head == d.Id && s.Order != DeliveryOrder.None && d.AttemptsMade > 0)
            return NotDue(d, lane);
        if (lane.HeldUntil > lane.Now)
            return Of(
                d, DeliveryReason.LaneHeld, $"It is due, but nothing of its lane is sent until{At(lane.HeldUntil)}{HeldText(d, s, lane)}.", lane.HeldUntil);
        if (lane.HeldBy is { } worker && lane.LeasedUntil > lane.Now)
            return lane.Head == d.Id
                ? Of(d, DeliveryReason.BeingSent, $"It is at the head of its lane, which {worker} works at this moment.", lane.Now)
                : Of(d, DeliveryReason.BehindOthers, $"It is due; {worker} works its lane, in which {Others(lane)} wait.", lane.Now);
        var since = Later(d.DueAt, lane.HeldUntil) ?? lane.Now;
        if (lane.HeldBy is not null && lane.LeasedUntil > since)
            since = lane.LeasedUntil.Value;
        return lane.Now - since < Patience
            ? Of(d, DeliveryReason.AboutToBeTaken, "It is due, and a worker is about to take its lane.", lane.Now)
            : Of(
                d, DeliveryReason.NobodyTakesIt,
                $"Its lane could be taken since{At(since)}, and nobody took it: no dispatcher works on this store (Webhooks:Dispatcher:Enabled), it does not "
                + "reach the store, or it is at its limits (Webhooks:Dispatcher:MaxConcurrency).",
                lane.Now);
    }

    private static string HeldText(DeliveryRecord d, Subscription s, LaneRecord lane) =>
        s.Order != DeliveryOrder.None && lane.Head is { } head && head != d.Id
            ? $": its subscription keeps the order, and {head} before it waits for its next attempt"
            : "";

    private static string DeadText(DeliveryRecord d) => d.DeadReason switch
    {
        DeadReason.Exhausted => $"the retry policy allows no attempt after the {Number(d.AttemptsMade)}.{Last(d)}",
        DeadReason.Expired => $"it grew older than the maximum age (Webhooks:Retry:MaxAge).{Last(d)}",
        DeadReason.Disabled => "its subscription was disabled when its turn came.",
        DeadReason.Gone => "the receiver answered 410 Gone.",
        DeadReason.Suspect => "the process that sent it died, or lost its lease, three times in a row.",
        _ => $"no reason is known.{Last(d)}",
    };

    private static string Last(DeliveryRecord d) => (d.LastOutcome, d.LastStatusCode) switch
    {
        (null, _) => "",
        ({ } outcome, null) => $" The last attempt ended {outcome}.",
        ({ } outcome, { } status) => string.Create(CultureInfo.InvariantCulture, $" The last attempt ended {outcome} with status {status}."),
    };

    private static string Again(DeliveryRecord d) => d.RepeatedAs is { } later ? $" It was sent again as {later}." : "";

    private static string Why(Subscription s) => s.StatusReason is { } reason ? $" ({reason})" : "";

    private static string Others(LaneRecord lane) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, lane.Waiting - 1)} others");

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string At(DateTimeOffset? time) =>
        time is { } t ? string.Create(CultureInfo.InvariantCulture, $" {t.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "";

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;

    private static DeliveryExplanation Of(DeliveryRecord d, DeliveryReason reason, string text, DateTimeOffset? next = null) =>
        new() { Delivery = d, Reason = reason, Text = text, NextAttemptAt = next };
}
