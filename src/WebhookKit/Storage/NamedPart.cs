namespace WebhookKit.Storage;

/// <summary>A part of the host's own that durable stores know by a name; checked with all others when the host starts.</summary>
/// <param name="Method">The call that registered it, for faults.</param>
/// <param name="Name">Its name.</param>
/// <param name="Part">The policy, rule, scheme, envelope or authentication.</param>
internal sealed record NamedPart(string Method, string Name, object Part)
{
    private const int MaxName = 256;

    /// <summary>Every fault of the names. Parts of one kind are registered by the same call.</summary>
    public static IEnumerable<WebhookError> Check(IReadOnlyCollection<NamedPart> parts)
    {
        foreach (var part in parts.Where(p => string.IsNullOrWhiteSpace(p.Name)))
            yield return new(WebhookErrorCode.Required, part.Method, "The name is empty.", "Give it a name that is its own.");
        foreach (var part in parts.Where(p => p.Name?.Length > MaxName))
            yield return new(WebhookErrorCode.OutOfRange, part.Method, $"A name is longer than {MaxName} characters.", "Use a shorter one.");
        foreach (var twice in parts.Where(p => !string.IsNullOrWhiteSpace(p.Name)).GroupBy(p => (p.Method, p.Name)).Where(g => g.Count() > 1))
            yield return new(
                WebhookErrorCode.Duplicate, twice.Key.Method, $"The name '{twice.Key.Name}' is given {twice.Count()} times.", "Give each a name of its own.");
    }
}
