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
    /// record may come twice, but none is missed.
    /// </summary>
    public static async IAsyncEnumerable<IReadOnlyList<T>> OldestFirstAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Kept, not read again: whatever is added meanwhile would stand on it.
        var first = await ReadAsync(read, continuation: null, cancellationToken).ConfigureAwait(false);
        var starts = new List<string>();
        for (var page = first; page.Next is { } next; page = await ReadAsync(read, next, cancellationToken).ConfigureAwait(false))
            starts.Add(next);
        for (var i = starts.Count - 1; i >= 0; i--)
            yield return [.. (await ReadAsync(read, starts[i], cancellationToken).ConfigureAwait(false)).Items.Reverse()];
        yield return [.. first.Items.Reverse()];
    }

    private static ValueTask<Page<T>> ReadAsync<T>(
        Func<string?, CancellationToken, ValueTask<Page<T>>> read, string? continuation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return read(continuation, cancellationToken);
    }
}
