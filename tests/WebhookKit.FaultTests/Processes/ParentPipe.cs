using System.Diagnostics;
using System.Text.Json;

namespace WebhookKit.FaultTests.Processes;

/// <summary>
/// A child's end of the pipes to its parent: orders come line by line, reports go back. The pipe closes when the parent ends, however it ends, and the child
/// ends with it.
/// </summary>
internal sealed class ParentPipe
{
    private readonly StreamReader _in = new(Console.OpenStandardInput());
    private readonly StreamWriter _out = new(Console.OpenStandardOutput()) { AutoFlush = true };

    /// <summary>Reads the first line: the settings.</summary>
    public async Task<T> ReadAsync<T>() => JsonSerializer.Deserialize<T>(await _in.ReadLineAsync() ?? Abandoned())!;

    /// <summary>Hands each further line to the child, and does not outlive the parent.</summary>
    public void Listen(Action<string> onLine) => _ = Task.Run(async () =>
    {
        while (await _in.ReadLineAsync() is { } line)
            onLine(line);
        Abandoned();
    });

    public void Say(string line)
    {
        lock (_out)
            _out.WriteLine(line);
    }

    private static string Abandoned()
    {
        Process.GetCurrentProcess().Kill();
        return "";
    }
}
