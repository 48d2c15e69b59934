using System.Text;

namespace WebhookKit.Messages;

/// <summary>
/// The rule for short texts that are compared, stored and shown: no control characters, which forge log lines and which databases refuse, and no half of a
/// surrogate pair, which no encoding keeps.
/// </summary>
internal static class PlainText
{
    /// <summary>The fault of a text; null if there is none. The text is not repeated in it.</summary>
    /// <param name="field">The field that the text was given in.</param>
    /// <param name="what">What the text is, as the beginning of a sentence: <c>The tenant</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How many characters it may have.</param>
    public static WebhookError? Check(string field, string what, string text, int maxLength)
    {
        if (text.Length > maxLength)
            return new(WebhookErrorCode.OutOfRange, field, $"{what} is longer than {maxLength} characters.", "Use a shorter one.");
        return IsPlain(text) ? null : new(WebhookErrorCode.InvalidText, field, $"{what} has control characters, or half a surrogate pair.", "Leave them out.");
    }

    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
                return false;
            text = text[length..];
        }

        return true;
    }
}
