namespace WebhookKit.FaultTests.Processes;

/// <summary>
/// A small process that ends what a run has started and removes what it has made: when the run ends, and just as well when the run itself is killed. It is the
/// only place where that happens.
/// </summary>
internal sealed class Guard : IAsyncDisposable
{
    public const string Role = "guard";

    private static readonly TimeSpan TimeToCleanUp = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process = ChildProcess.Start(Role, new { }, guard: null, Console.Error.WriteLine, log: null);

    /// <summary>Has a process killed at the end.</summary>
    public void Watch(int pid) => _process.Say($"process {pid}");

    /// <summary>The process has ended.</summary>
    public void Forget(int pid) => _process.Say($"ended {pid}");

    /// <summary>Has a database server stopped at the end, before directories are removed.</summary>
    public void Watch(string controlProgram, string dataDirectory) => _process.Say($"server {controlProgram} {dataDirectory}");

    /// <summary>Has a directory removed at the end.</summary>
    public void Remove(string directory) => _process.Say($"directory {directory}");

    public async ValueTask DisposeAsync()
    {
        _process.Say("end");
        using var deadline = new CancellationTokenSource(TimeToCleanUp);
        await _process.WaitForExitAsync(deadline.Token);
        await _process.DisposeAsync();
    }
}
