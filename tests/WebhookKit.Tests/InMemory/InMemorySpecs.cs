using WebhookKit.Tests.Queueing;

namespace WebhookKit.Tests.InMemory;

public sealed class InMemoryDeliveryLogSpecs : DeliveryLogSpecs<InMemoryFixture>;

public sealed class InMemoryDueTimeSpecs : DueTimeSpecs<InMemoryFixture>;

public sealed class InMemoryFairnessSpecs : FairnessSpecs<InMemoryFixture>;

public sealed class InMemoryFencingSpecs : FencingSpecs<InMemoryFixture>;

public sealed class InMemoryLongPollSpecs : LongPollSpecs<InMemoryFixture>;

public sealed class InMemoryRecoverySpecs : RecoverySpecs<InMemoryFixture>;

public sealed class InMemoryRefillSpecs : RefillSpecs<InMemoryFixture>;

public sealed class InMemorySettleSpecs : SettleSpecs<InMemoryFixture>;

public sealed class InMemoryWakeUpSpecs : WakeUpSpecs<InMemoryFixture>;

public sealed class InMemoryHoldSpecs : HoldSpecs<InMemoryFixture>;
