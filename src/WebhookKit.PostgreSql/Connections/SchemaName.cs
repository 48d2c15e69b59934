namespace WebhookKit.PostgreSql.Connections;

/// <summary>The name of the schema, as SQL takes it.</summary>
internal static class SchemaName
{
    /// <summary>What stands for it in the .sql files.</summary>
    public const string Placeholder = "{schema}";

    private const int MaxLength = 40;

    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength } && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <exception cref="ArgumentException">It is not a name that is allowed.</exception>
    public static string Quote(string name) =>
        IsValid(name) ? $"\"{name}\"" : throw new ArgumentException($"A schema's name has 1 to {MaxLength} letters, digits and underscores.", nameof(name));
}
