namespace WebhookKit;

/// <summary>Identifies an ad hoc destination: a URL with its settings, given with a publish instead of being subscribed.</summary>
/// <param name="Value">Equal for equal destinations of one tenant, so that the same one is stored once.</param>
public readonly record struct DestinationId(Guid Value)
{
    /// <summary><c>dst_</c> and 32 hexadecimal digits.</summary>
    public override string ToString() => "dst_" + Value.ToString("N");
}
