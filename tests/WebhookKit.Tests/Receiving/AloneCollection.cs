namespace WebhookKit.Tests.Receiving;

/// <summary>Allocation is measured while nothing else runs: a listener to the meter in another test would allocate on the measured thread.</summary>
[CollectionDefinition(nameof(VerifyAllocationTests), DisableParallelization = true)]
public sealed class AloneCollection;
