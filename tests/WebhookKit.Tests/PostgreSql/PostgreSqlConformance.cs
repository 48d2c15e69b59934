using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.PostgreSql;

public sealed class PostgreSqlConformance : StoreConformance<PostgreSqlFixture>;
