using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests;

/// <summary>What the command line asks for.</summary>
internal sealed record RunSettings
{
    public required string Scenario { get; init; }

    public required StoreKind Store { get; init; }

    public required int Messages { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }

    /// <summary>The database to use; null makes one.</summary>
    public required string? Connection { get; init; }

    /// <summary>Where ledgers and logs stay; null keeps nothing.</summary>
    public required string? Out { get; init; }
}
