using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.PostgreSql;

public sealed class PgBouncerConformance : StoreConformance<PgBouncerFixture>;
