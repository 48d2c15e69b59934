namespace WebhookKit;

/// <summary>
/// Encrypts what a durable store keeps of secrets: signing secrets, authentication values, and headers of ad hoc destinations. A host gives one with
/// <c>ProtectSecrets</c>; it may call a key service. Safe for concurrent use.
/// </summary>
public interface ISecretProtector
{
    /// <summary>Encrypts.</summary>
    /// <param name="plaintext">The secret bytes; the caller clears them.</param>
    /// <param name="context">What they belong to. The result must not be readable with any other.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask<byte[]> ProtectAsync(ReadOnlyMemory<byte> plaintext, SecretContext context, CancellationToken cancellationToken);

    /// <summary>Decrypts what <see cref="ProtectAsync"/> made with the same context.</summary>
    /// <exception cref="WebhookStoreException">
    /// <see cref="StoreFault.Unreadable"/>: the key is not known, the bytes were changed, or they belong to something else.
    /// </exception>
    ValueTask<byte[]> UnprotectAsync(ReadOnlyMemory<byte> protectedBytes, SecretContext context, CancellationToken cancellationToken);
}
