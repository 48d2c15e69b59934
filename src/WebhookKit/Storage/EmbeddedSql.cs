using System.Reflection;

namespace WebhookKit.Storage;

/// <summary>The SQL that a provider's assembly carries: one file a statement or script, by its path below the project.</summary>
internal static class EmbeddedSql
{
    /// <summary>The text of one file.</summary>
    /// <exception cref="WebhookException">There is no such file in the assembly.</exception>
    public static string Read(Assembly assembly, string path)
    {
        using var stream = assembly.GetManifestResourceStream(path) ?? throw new WebhookException($"{assembly.GetName().Name} has no file {path}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The paths of the files below a folder, in the order of their names.</summary>
    public static IReadOnlyList<string> List(Assembly assembly, string folder) =>
        [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
