using System.Diagnostics;
using System.Runtime.InteropServices;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests.Processes;

/// <summary>The guard's own process: remembers what it is told until the pipe from its parent closes or says the end, then cleans up.</summary>
internal static class GuardProgram
{
    public static async Task<int> RunAsync()
    {
        // Ctrl-C and a closing terminal reach every process of the group; this one is needed afterwards.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);

        HashSet<int> processes = [];
        List<(string Control, string Data)> servers = [];
        List<string> directories = [];
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync() is { } line && line != "end")
        {
            switch (line.Split(' ', 3))
            {
                case ["process", var pid]:
                    processes.Add(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case ["ended", var pid]:
                    processes.Remove(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case ["server", var control, var data]:
                    servers.Add((control, data));
                    break;
                case ["directory", .. var rest]:
                    directories.Add(string.Join(' ', rest));
                    break;
            }
        }

        foreach (var pid in processes)
            await KillAsync(pid);
        foreach (var (control, data) in servers)
            await PostgreSqlCluster.EndAsync(control, data);
        foreach (var directory in directories.Where(Directory.Exists))
            Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static async Task KillAsync(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // It ended by itself.
        }
    }
}
