using System.Globalization;

namespace WebhookKit;

/// <summary>Identifies one delivery: one message to one subscription. Given by the store, never used again.</summary>
/// <param name="Value">The number that the store gave it.</param>
public readonly record struct DeliveryId(long Value) : IComparable<DeliveryId>
{
    /// <inheritdoc/>
    public int CompareTo(DeliveryId other) => Value.CompareTo(other.Value);

    /// <summary><c>dlv_</c> and the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"dlv_{Value}");

    /// <summary>Whether one id was given before the other.</summary>
    public static bool operator <(DeliveryId left, DeliveryId right) => left.Value < right.Value;

    /// <summary>Whether one id was given after the other.</summary>
    public static bool operator >(DeliveryId left, DeliveryId right) => left.Value > right.Value;

    /// <summary>Whether one id was given before the other, or is the same.</summary>
    public static bool operator <=(DeliveryId left, DeliveryId right) => left.Value <= right.Value;

    /// <summary>Whether one id was given after the other, or is the same.</summary>
    public static bool operator >=(DeliveryId left, DeliveryId right) => left.Value >= right.Value;
}
