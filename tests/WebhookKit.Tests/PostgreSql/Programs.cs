using System.Diagnostics;
using System.Globalization;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Finds and runs the programs of PostgreSQL, as a user that they accept.</summary>
internal static class Programs
{
    private const string User = "postgres";

    public static bool IsRoot => !OperatingSystem.IsWindows() && string.Equals(Environment.UserName, "root", StringComparison.Ordinal);

    public static string Find(string name)
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(installed).Append("/usr/sbin");
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{name} is not installed, and these tests need it: install PostgreSQL 14 or newer and PgBouncer.");
    }

    /// <summary>Runs a program to its end.</summary>
    public static void Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        // A server that it started may keep the pipes open: only a failure waits for what was written.
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output.Result} {errors.Result}");
    }

    /// <summary>Starts a program as the user that the server runs as.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var path = Find(program);
        var start = new ProcessStartInfo(IsRoot ? "setpriv" : path) 
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        string[] all = IsRoot ? ["--reuid", User, "--regid", User, "--init-groups", path, .. arguments] : arguments;
        foreach (var argument in all)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>
    /// Has a shell do this when the test process has ended, however it ended: a test host may be killed before its own handlers have run. The shell belongs to
    /// nobody, so that it outlives whoever is killed with all its children.
    /// </summary>
    public static void WhenThisEnds(string script)
    {
        var start = new ProcessStartInfo("sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            $"(exec </dev/null >/dev/null 2>&1; while kill -0 {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}; do sleep 0.2; done; {script}) &");
        using var process = Process.Start(start)!;
        process.WaitForExit();
    }

    /// <summary>Makes a folder that this user may write to.</summary>
    public static string MakeFolder(string name)
    {
        var folder = Directory.CreateTempSubdirectory(name).FullName;
        if (!IsRoot)
            return folder;
        using var process = Process.Start("chown", [User, folder]);
        process.WaitForExit();
        return folder;
    }
}
