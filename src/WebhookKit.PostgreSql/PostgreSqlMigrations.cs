using WebhookKit.PostgreSql.Migrations;

namespace WebhookKit;

/// <summary>The migrations of the schema, for those who run them by hand because the application's role may not.</summary>
public static class PostgreSqlMigrations
{
    /// <summary>
    /// The SQL that makes the schema in an empty database, as one transaction. The application is then run with
    /// <see cref="StoreMigration.Verify"/>. Its role needs USAGE on the schema and its sequences, and SELECT, INSERT, UPDATE and DELETE on the tables.
    /// </summary>
    /// <param name="schema">The name of the schema, as <see cref="PostgreSqlStoreOptions.Schema"/>.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static string ToScript(string schema = "webhookkit") => MigrationScripts.ToScript(schema);
}
