using System.Buffers;

namespace WebhookKit.Signing;

/// <summary>
/// Message ids as they are signed in <c>id.timestamp.body</c>: 1 to 256 visible ASCII characters without a full stop. With one, the same signed bytes
/// could be split into another id, time and body.
/// </summary>
internal static class MessageIdText
{
    internal const int MaxLength = 256;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c != '.')]);

    internal static bool IsValid(string id) => id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExcept(Allowed);

    /// <exception cref="WebhookValidationException">The id cannot be signed safely.</exception>
    internal static void Require(string id)
    {
        if (!IsValid(id))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.InvalidId, nameof(SigningInput.MessageId),
                "The message id is empty, longer than 256, or has characters that cannot be signed safely.",
                "Use visible ASCII characters without a full stop."));
    }
}
