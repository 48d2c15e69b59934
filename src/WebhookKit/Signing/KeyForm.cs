using System.Diagnostics.CodeAnalysis;

namespace WebhookKit;

/// <summary>
/// How a scheme reads its key out of a secret's text. A secret keeps the keys derived from it, one for each form: two forms that are equal share a key,
/// so a form is a record whose members are all that the derivation depends on.
/// </summary>
/// <typeparam name="TKey">The key: immutable or safe for concurrent use, and silent about its bytes.</typeparam>
public abstract record KeyForm<TKey> where TKey : class
{
    /// <summary>Derives the key. False with the fault if the secret's text is not in this form; the fault must not repeat the text.</summary>
    public abstract bool TryDerive(ReadOnlySpan<char> secret, [NotNullWhen(true)] out TKey? key, [NotNullWhen(false)] out WebhookError? error);
}
