using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.InMemory;

public sealed class InMemoryConformance : StoreConformance<InMemoryFixture>;
