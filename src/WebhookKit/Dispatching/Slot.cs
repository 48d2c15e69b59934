namespace WebhookKit.Dispatching;

/// <summary>Leave to have one request in flight.</summary>
internal enum Slot
{
    /// <summary>For any delivery.</summary>
    Common,

    /// <summary>For first attempts only.</summary>
    Reserved,
}
