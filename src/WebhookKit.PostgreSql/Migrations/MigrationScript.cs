namespace WebhookKit.PostgreSql.Migrations;

/// <summary>One migration.</summary>
/// <param name="Version">The version of the schema after it.</param>
/// <param name="Text">Its SQL, with the placeholder of the schema's name.</param>
internal readonly record struct MigrationScript(int Version, string Text);
