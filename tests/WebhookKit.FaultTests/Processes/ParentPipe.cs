using System.Diagnostics;
using System.Text.Json;

namespace WebhookKit.FaultTests.Processes;

/// <summary>
/// A child's end of the pipes to its parent: orders come line by line, reports go back. The pipe closes when the parent ends, however it ends, and the child
/// ends with it.
/// </summary>
internal static class ParentPipe
{
    /// <summary>Reads the first line: the settings.</summary>
    public static async Task<T> ReadAsync<T>() => JsonSerializer.Deserialize<T>(await Console.In.ReadLineAsync() ?? Abandoned())!;

    /// <summary>Hands each further line to the child, and does not outlive the parent.</summary>
    public static void Listen(Action<string> onLine) => _ = Task.Run(async () =>
    {
        while (await Console.In.ReadLineAsync() is { } line)
            onLine(line);
        Abandoned();
    });

    public static void Say(string line) => Console.Out.WriteLine(line);

    private static string Abandoned()
    {
        Process.GetCurrentProcess().Kill();
        return "";
    }
}
