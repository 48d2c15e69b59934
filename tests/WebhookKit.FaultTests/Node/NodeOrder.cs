using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests.Node;

/// <summary>What a node is started with.</summary>
internal sealed record NodeOrder
{
    /// <summary>Which node it is, from 0, and which start of it, from 1, as requests name it.</summary>
    public required string Source { get; init; }

    public required StoreKind Store { get; init; }

    public required string Connection { get; init; }

    public required int Seed { get; init; }

    public required IReadOnlyList<TestSubscription> Subscriptions { get; init; }

    /// <summary>Where the receiver listens.</summary>
    public required string Receiver { get; init; }

    /// <summary>The first event to publish.</summary>
    public required int First { get; init; }

    /// <summary>How far it is from one event of this node to the next: the number of nodes.</summary>
    public required int Step { get; init; }

    /// <summary>How many events to publish in a second at the most.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Where it writes what was accepted.</summary>
    public required string Ledger { get; init; }

    /// <summary>How far its wall clock is from the true time.</summary>
    public required TimeSpan ClockOffset { get; init; }
}
