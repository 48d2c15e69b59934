using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.Sqlite;

public sealed class SqliteConformance : StoreConformance<SqliteFixture>;
