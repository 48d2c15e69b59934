using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace WebhookKit.Sqlite.Files;

/// <summary>
/// Says that this process owns the database: a lock of the operating system on a file beside it, which ends with the process however that ends. Who holds it is
/// written into a third file, for the lock keeps the second from being read.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; waits while another process has it.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Locked"/>: it still has it after that time.</exception>
    public static async Task<OwnerLock> TakeAsync(string database, TimeSpan timeout, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var (path, start) = (database + ".lock", time.GetTimestamp());
        for (var told = false; ; told = true)
        {
            if (TryOpen(path) is { } file)
            {
                var held = new OwnerLock(file);
                held.Prove(path);
                WriteOwner(database, time);
                return held;
            }

            var owner = ReadOwner(database);
            if (time.GetElapsedTime(start) >= timeout)
            {
                throw new WebhookStoreException(
                    StoreFault.Locked, $"The SQLite store {database} belongs to another process: {owner}. A file has one owner at a time: "
                    + "end that process, give each its own file, or use a store for many nodes.");
            }

            if (!told)
                logger.WaitsForOwner(database, owner);
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>Whether somebody else has the file: sharing or lock violation on Windows, EAGAIN on Linux and on macOS.</summary>
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 32 or 33 or 11 or 35;

    /// <summary>Where locks are switched off, or the file system has none, two owners would not see each other.</summary>
    private void Prove(string path)
    {
        using var second = TryOpen(path);
        if (second is null)
            return;
        Dispose();
        throw new WebhookStoreException(
            StoreFault.Refused, $"{path} cannot be locked, so that a second process could not be told from the first. "
            + "Keep the SQLite store on a local disk, and do not set System.IO.DisableFileLocking.");
    }

    private static void WriteOwner(string database, TimeProvider time)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z");
        File.WriteAllText(database + ".owner", text, Encoding.UTF8);
    }

    private static string ReadOwner(string database)
    {
        try
        {
            return File.ReadAllText(database + ".owner", Encoding.UTF8);
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
