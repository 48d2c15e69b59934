using System.Diagnostics;

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
        var start = new ProcessStartInfo(IsRoot ? "setpriv" : path) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        string[] all = IsRoot ? ["--reuid", User, "--regid", User, "--init-groups", path, .. arguments] : arguments;
        foreach (var argument in all)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
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
