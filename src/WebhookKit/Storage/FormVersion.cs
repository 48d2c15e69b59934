using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>
/// The version of a form, which stands in it. Members may be added without a new one, since older libraries pass over what they do not know; a new version is
/// one that older libraries must not read, but for what says whose it is: the members <c>id</c>, <c>tenant</c> and <c>status</c> never change.
/// </summary>
internal static class FormVersion
{
    public const string Name = "v";
    public const int Current = 1;

    /// <exception cref="FormatException">It is a version that this library does not know.</exception>
    public static void Check(JsonElement form)
    {
        if (form.Required(Name).GetInt32() is var version and not Current)
            throw new FormatException($"it has version {version} of its form.");
    }
}
