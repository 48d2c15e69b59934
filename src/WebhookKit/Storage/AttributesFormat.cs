namespace WebhookKit.Storage;

/// <summary>Attributes as a JSON object, which SQL can look into.</summary>
internal static class AttributesFormat
{
    /// <summary>The object; null for no attributes.</summary>
    public static string? Write(IReadOnlyDictionary<string, string> attributes) => throw new NotImplementedException();

    /// <summary>Reads it; null is no attributes.</summary>
    public static IReadOnlyDictionary<string, string> Read(string? json) => throw new NotImplementedException();
}
