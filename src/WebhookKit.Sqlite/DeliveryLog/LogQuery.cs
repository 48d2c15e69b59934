using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>
/// Reads backwards in ranges of numbers, each in a transaction of its own: however long a query takes, it pins no more than a moment of the write-ahead log.
/// </summary>
internal static class LogQuery
{
    private const long RangeLength = 20_000;
    private static readonly string MadeBefore = Load("made_before");

    public static string Load(string name, string driver = "") =>
        EmbeddedSql.Read(typeof(LogQuery).Assembly, $"Queries/{name}.sql").Replace("/*driver*/", driver, StringComparison.Ordinal);

    /// <summary>An id that is lower than those of all deliveries enqueued at that time or later: reading backwards need not go down to it.</summary>
    public static async Task<long> MadeBeforeAsync(OpenFile file, DateTimeOffset? since, CancellationToken cancellationToken) => since is null
        ? 0
        : await file.Readers.ReadAsync(database => database.Statement(MadeBefore).Add(file.Clock.ToTicks(since)).Scalar() ?? 0, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Reads ranges from a number downwards, until there is no more or the reading has enough.</summary>
    /// <param name="readers">The connections.</param>
    /// <param name="before">Where to begin: below this.</param>
    /// <param name="after">Where to end: above this; numbers are above zero.</param>
    /// <param name="previous">Finds the highest number below one; null if there is none.</param>
    /// <param name="read">Reads a range, from its end to its beginning; true if that was enough.</param>
    /// <param name="cancellationToken">Ends it between two ranges.</param>
    public static async Task ReadAsync(
        ReadPool readers, long before, long after, Func<Database, long, long?> previous, Func<Database, long, long, bool> read,
        CancellationToken cancellationToken)
    {
        for (var next = (long?)before; next is { } end;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            next = await readers.ReadAsync<long?>(
                database =>
                {
                    if (previous(database, end) is not { } last || last <= after)
                        return null;
                    var begin = Math.Max(after, last - RangeLength) + 1;
                    return read(database, last + 1, begin) || begin == after + 1 ? null : begin;
                },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
