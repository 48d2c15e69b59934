namespace WebhookKit.Messages;

/// <summary>Where a delivery goes, for logs and telemetry: <c>sub_…</c>, or <c>dst_…</c> where there is no subscription. One of the two is given.</summary>
internal readonly record struct TargetId(SubscriptionId? Subscription, DestinationId? Destination)
{
    public override string ToString() => Subscription?.ToString() ?? Destination?.ToString() ?? "";
}
