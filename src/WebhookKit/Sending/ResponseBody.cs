using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace WebhookKit.Sending;

/// <summary>Reads the first part of an answer's body. What comes after is left to the connection, which reads on a little or closes.</summary>
internal static class ResponseBody
{
    private const char Replacement = '\uFFFD';

    /// <summary>Reads until the end, the limit, or a failure, which does not undo the answer: its status has arrived.</summary>
    /// <returns>The text, null if there is none, and whether it was read to the end or the limit.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<(string? Text, bool Complete)> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (limit == 0 || content.Headers.ContentLength == 0)
            return (null, true);

        var buffer = ArrayPool<byte>.Shared.Rent(limit);
        var length = 0;
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int read;
            do
            {
                read = await stream.ReadAsync(buffer.AsMemory(length, limit - length), cancellationToken).ConfigureAwait(false);
                length += read;
            }
            while (read > 0 && length < limit);

            return (Decode(buffer.AsSpan(0, length)), true);
        }
        catch (Exception)
        {
            // Whatever the stream throws (a handler of the host's may have put its own there): the answer stands.
            return (Decode(buffer.AsSpan(0, length)), false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Databases refuse U+0000 in text; and a character cut in two by the limit is left out rather than shown broken.
    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return null;
        var characters = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            Utf8.ToUtf16(bytes, characters, out _, out var written, isFinalBlock: false);
            var text = characters.AsSpan(0, written);
            text.Replace('\0', Replacement);
            return text.IsEmpty ? null : new string(text);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }
}
