using System.Runtime.CompilerServices;

namespace WebhookKit.Operations;

/// <summary>Reads long listings, which come newest first, page by page. What is added meanwhile is never met: it would stand before the first page.</summary>
internal static class Pages
{
    /// <summary>How many records are read, and changed, at once.</summary>
    public const int Size = 500;

    /// <summary>The pages as they come. What is changed on one page does not shift the next.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<T>> NewestFirstAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? next = null; ;)
        {
            var page = await ReadAsync(read, next, cancellationToken).ConfigureAwait(false);
            yield return page.Items;
            if (page.Next is null)
                yield break;
            next = page.Next;
        }
    }

    /// <summary>
    /// The pages from the last to the first, each turned round, so that what is sent again goes in the order in which it was accepted. Between the first page
    /// and the last, where each begins is all that is kept; they are read again. A page from which records went meanwhile reaches into the one before, so a
    /// record may come twice, but none is missed. For records that no other can come between.
    /// </summary>
    public static IAsyncEnumerable<IReadOnlyList<T>> OldestFirstAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, CancellationToken cancellationToken) =>
        OldestFirstAsync(read, isOlder: null, cancellationToken);

    /// <summary>
    /// The same for records that others may come between, since they are listed by how they stand now. A page is read again to its end as it was first met,
    /// however many pages that is by now, and no further: what came between comes too, and pushes nothing out.
    /// </summary>
    /// <param name="read">Reads a page.</param>
    /// <param name="isOlder">Whether the first of two records comes after the second in the listing.</param>
    /// <param name="cancellationToken">Ends it between two pages.</param>
    public static async IAsyncEnumerable<IReadOnlyList<T>> OldestFirstAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, Func<T, T, bool>? isOlder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Kept, not read again: whatever is added meanwhile would stand on it.
        var first = await ReadAsync(read, continuation: null, cancellationToken).ConfigureAwait(false);
        var parts = new List<Part<T>>();
        for (var page = first; page.Next is { } next;)
        {
            page = await ReadAsync(read, next, cancellationToken).ConfigureAwait(false);
            parts.Add(new Part<T>(next, page is { Next: not null, Items: [.., var end] } ? [end] : []));
        }

        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var records = await ReadAgainAsync(read, parts[i], isOlder, cancellationToken).ConfigureAwait(false);
            records.Reverse();
            foreach (var page in records.Chunk(Size))
                yield return page;
        }

        yield return [.. first.Items.Reverse()];
    }

    private static async ValueTask<List<T>> ReadAgainAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, Part<T> part, Func<T, T, bool>? isOlder, CancellationToken cancellationToken)
    {
        var records = new List<T>();
        for (string? next = part.Start; next is not null;)
        {
            var page = await ReadAsync(read, next, cancellationToken).ConfigureAwait(false);
            records.AddRange(isOlder is null ? page.Items : page.Items.Where(record => !part.End.Any(end => isOlder(record, end))));
            var reached = isOlder is null || part.End.Any(end => page.Items.Any(record => !isOlder(end, record)));
            next = reached ? null : page.Next;
        }

        return records;
    }

    private static ValueTask<Page<T>> ReadAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, string? continuation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return read(continuation, cancellationToken);
    }

    /// <summary>A page but the first as it was first met: where it begins, and its last record; none on the last page, which goes on to the end.</summary>
    private readonly record struct Part<T>(string Start, IReadOnlyList<T> End);
}
