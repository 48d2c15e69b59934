using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>What the forms of all parts have in common: an object with a kind, or with the name that the host gave it.</summary>
internal static class PartForm
{
    public const string Kind = "kind";
    public const string Named = "named";

    /// <summary>Reads a part: one that is named from what the host registered, any other by its kind.</summary>
    public static T Read<T>(JsonElement form, NamedParts parts, string method, Func<string, T?> readKind)
        where T : class
    {
        if (form.Text(Named) is { } name)
            return parts.Find<T>(name, method);
        var kind = form.RequiredText(Kind);
        return readKind(kind) ?? throw new FormatException($"'{kind}' is a kind that this version of the library does not know. Set it with {method}.");
    }
}
