using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WebhookKit.Signing;

/// <summary>A format such as <c>v0:{timestamp}:{body}</c>, parsed into what stands before and after the body.</summary>
internal sealed record SignedContent(SignedContent.Part Before, SignedContent.Part After)
{
    /// <summary>Room for either part.</summary>
    internal const int MaxBytes = MaxLiteral + UnixTimestamp.MaxDigits;

    private const int MaxLiteral = 64;
    private const string Body = "{body}";
    private const string Timestamp = "{timestamp}";

    internal bool HasTimestamp => Before.HasTimestamp || After.HasTimestamp;

    internal static SignedContent Parse(string format) =>
        TryParse(format, out var content) ? content : throw new FormatException("Not a format of signed content.");

    internal static bool TryParse(string format, [NotNullWhen(true)] out SignedContent? content)
    {
        content = null;
        var halves = format.Split(Body);
        if (halves.Length != 2 || !TryParsePart(halves[0], out var before) || !TryParsePart(halves[1], out var after))
            return false;
        if ((before.HasTimestamp && after.HasTimestamp) || before.LiteralBytes + after.LiteralBytes > MaxLiteral)
            return false;
        content = new SignedContent(before, after);
        return true;
    }

    // A brace that is left over is a placeholder misspelt, which would silently sign something else.
    private static bool TryParsePart(string text, out Part part)
    {
        part = default;
        var pieces = text.Split(Timestamp);
        if (pieces.Length > 2 || pieces.Any(p => p.AsSpan().ContainsAny('{', '}')))
            return false;
        part = new Part(Encoding.UTF8.GetBytes(pieces[0]), pieces.Length == 2, Encoding.UTF8.GetBytes(pieces[^1]));
        return true;
    }

    /// <summary>Text on one side of the body: with a timestamp, what is before and after it; without, <see cref="Tail"/> alone.</summary>
    internal readonly record struct Part(byte[] Lead, bool HasTimestamp, byte[] Tail)
    {
        internal int LiteralBytes => (HasTimestamp ? Lead.Length : 0) + Tail.Length;

        internal ReadOnlySpan<byte> Write(ReadOnlySpan<char> timestamp, Span<byte> buffer)
        {
            var length = 0;
            if (HasTimestamp)
            {
                Lead.CopyTo(buffer);
                length = Lead.Length + Encoding.ASCII.GetBytes(timestamp, buffer[Lead.Length..]);
            }

            Tail.CopyTo(buffer[length..]);
            return buffer[..(length + Tail.Length)];
        }
    }
}
