using System.Text.Json.Serialization;

namespace WebhookKit.Tests.Publishing;

public sealed record InspectionCompleted(int Id, string Inspector);

public sealed record Moved(int Metres);

public sealed record Unregistered(int Id);

[JsonDerivedType(typeof(Dog), "dog")]
public record Animal(string Name);

public sealed record Dog(string Name, bool Barks) : Animal(Name);

public sealed class Node
{
    public Node? Next { get; set; }

    public double Weight { get; set; }

    [JsonIgnore]
    public Exception? Fails { get; set; }

    public int Value => Fails is null ? 1 : throw Fails;
}

public sealed record Colliding([property: JsonPropertyName("x")] int A, [property: JsonPropertyName("x")] int B);

[WebhookEvent("invoice.paid", Group = "Billing", DisplayName = "Invoice paid", Description = "Money came in.")]
public sealed record InvoicePaid(int Number);

[JsonSerializable(typeof(InspectionCompleted))]
[JsonSerializable(typeof(InvoicePaid))]
public sealed partial class EventContracts : JsonSerializerContext;
