using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebhookKit.FaultTests.Processes;

/// <summary>This program once more, in another role, as a process of its own.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly Process _process;
    private readonly Guard? _guard;
    private readonly Task _reading;

    private ChildProcess(Process process, Guard? guard, Action<string> onLine, TextWriter? log, Action? onExit)
    {
        _process = process;
        _guard = guard;
        guard?.Watch(process.Id);
        _reading = Task.WhenAll(PumpAsync(process.StandardOutput, onLine), PumpAsync(process.StandardError, line => log?.WriteLine(line)));
        if (onExit is not null)
            _ = process.WaitForExitAsync().ContinueWith(_ => onExit(), TaskScheduler.Default);
    }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a role with its settings.</summary>
    /// <param name="role">The role.</param>
    /// <param name="settings">What it reads as its first line.</param>
    /// <param name="guard">Who ends it if this process cannot; null for the guard itself.</param>
    /// <param name="onLine">Hears what it reports.</param>
    /// <param name="log">Gets what it logs; null drops it.</param>
    /// <param name="onExit">Called when it has ended, whyever.</param>
    public static ChildProcess Start(
        string role, object settings, Guard? guard, Action<string> onLine, TextWriter? log, Action? onExit = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The framework's own launcher wants to know which program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        start.ArgumentList.Add(role);
        var child = new ChildProcess(Process.Start(start)!, guard, onLine, log, onExit);
        child.Say(JsonSerializer.Serialize(settings, settings.GetType()));
        return child;
    }

    public void Say(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException) when (_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            // It has just ended, which whoever waits for it sees.
        }
    }

    /// <summary>SIGKILL: nothing of it runs any more when this returns, except what the kernel still takes down.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGSTOP: it stands still where it is, its connections open.</summary>
    public void Pause() => Signal(SigStop);

    /// <summary>SIGCONT: it goes on where it was.</summary>
    public void Resume() => Signal(SigCont);

    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        _guard?.Forget(_process.Id);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
            onLine(line);
    }

    private void Signal(int signal)
    {
        if (Send(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Process {_process.Id} could not be signalled: error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int pid, int signal);
}
