namespace WebhookKit.Storage;

/// <summary>
/// The secret bytes of a record as a store keeps them. The first byte says whether they are protected, so that a protector can be added to a store that has
/// plain ones; nothing is empty.
/// </summary>
internal sealed class SecretBlob(ISecretProtector? protector)
{
    private const byte Plain = 0;
    private const byte Protected = 1;

    public async ValueTask<byte[]> WriteAsync(ReadOnlyMemory<byte> secrets, SecretContext context, CancellationToken cancellationToken)
    {
        if (protector is null)
            return [Plain, .. secrets.Span];
        try
        {
            return [Protected, .. await protector.ProtectAsync(secrets, context, cancellationToken).ConfigureAwait(false)];
        }
        catch (Exception e) when (IsForeign(e, cancellationToken))
        {
            throw Failed(e);
        }
    }

    /// <summary>The secret bytes, a copy that the caller clears.</summary>
    public async ValueTask<byte[]> ReadAsync(ReadOnlyMemory<byte> blob, SecretContext context, CancellationToken cancellationToken)
    {
        switch (blob.Span[0])
        {
            case Plain:
                return blob[1..].ToArray();
            case Protected when protector is null:
                throw new WebhookStoreException(
                    StoreFault.Unreadable,
                    $"The secrets of {context.Subject} are protected, and this host has no protector. Configure ProtectSecrets with the keys they were written "
                    + "with.");
            case Protected:
                try
                {
                    return await protector.UnprotectAsync(blob[1..], context, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (IsForeign(e, cancellationToken))
                {
                    throw Failed(e);
                }

            default:
                throw Damaged(context);
        }
    }

    public static WebhookStoreException Damaged(SecretContext context) => new(
        StoreFault.Unreadable, $"The secrets of {context.Subject} are damaged, or were written by a newer library that this one cannot work with.");

    /// <summary>A key service may be away; what it throws is its own.</summary>
    private static bool IsForeign(Exception e, CancellationToken cancellationToken) =>
        e is not WebhookStoreException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static WebhookStoreException Failed(Exception e) => new(StoreFault.Unavailable, "The host's ISecretProtector failed.", e);
}
