using System.Globalization;

namespace WebhookKit.FaultTests;

/// <summary>Compares the two ledgers of a run.</summary>
internal sealed record Ledgers
{
    /// <summary>How many different lines <c>accepted.txt</c> has.</summary>
    public required int Accepted { get; init; }

    /// <summary>How many different lines <c>received.txt</c> has.</summary>
    public required int Received { get; init; }

    /// <summary>Lines of <c>accepted.txt</c> that <c>received.txt</c> has not.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>Further lines of <c>received.txt</c> that are there already.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Puts the parts of the nodes into one <c>accepted.txt</c>.</summary>
    public static async Task JoinAsync(string directory)
    {
        await using var whole = File.Create(Path.Combine(directory, "accepted.txt"));
        foreach (var part in Directory.GetFiles(directory, "accepted.*.txt").Order(StringComparer.Ordinal))
        {
            // The last line may have been cut short by a kill.
            var bytes = await File.ReadAllBytesAsync(part);
            await whole.WriteAsync(bytes.AsMemory(0, Array.LastIndexOf(bytes, (byte)'\n') + 1));
            File.Delete(part);
        }
    }

    public static string PartOf(string directory, int node) => Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"accepted.{node}.txt"));

    public static async Task<Ledgers> CompareAsync(string directory)
    {
        var accepted = (await ReadAsync(directory, "accepted.txt")).ToHashSet(StringComparer.Ordinal);
        var receipts = await ReadAsync(directory, "received.txt");
        var received = receipts.ToHashSet(StringComparer.Ordinal);
        return new Ledgers
        {
            Accepted = accepted.Count,
            Received = received.Count,
            Lost = [.. accepted.Where(line => !received.Contains(line))],
            Duplicates = receipts.Length - received.Count,
        };
    }

    private static async Task<string[]> ReadAsync(string directory, string name) =>
        Path.Combine(directory, name) is var path && File.Exists(path) ? await File.ReadAllLinesAsync(path) : [];
}
