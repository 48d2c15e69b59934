using System.Text;

namespace WebhookKit.Tests.Storage;

/// <summary>Protects by turning bits over, behind the context in plain text, so that tests see what came in; counts its calls.</summary>
internal sealed class PrefixProtector : ISecretProtector
{
    public int Unprotected { get; private set; }

    /// <summary>What the next calls throw.</summary>
    public Exception? Fails { get; set; }

    /// <summary>What a call waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async ValueTask<byte[]> ProtectAsync(ReadOnlyMemory<byte> plaintext, SecretContext context, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        return Fails is null ? [.. Prefix(context), .. plaintext.ToArray().Select(b => (byte)~b)] : throw Fails;
    }

    public async ValueTask<byte[]> UnprotectAsync(ReadOnlyMemory<byte> protectedBytes, SecretContext context, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        if (Fails is not null)
            throw Fails;
        Unprotected++;
        var prefix = Prefix(context);
        return protectedBytes.Span.StartsWith(prefix)
            ? [.. protectedBytes[prefix.Length..].ToArray().Select(b => (byte)~b)]
            : throw new WebhookStoreException(StoreFault.Unreadable, "They belong to something else.");
    }

    private static byte[] Prefix(SecretContext context) => Encoding.UTF8.GetBytes($"{context.Tenant}/{context.Purpose}/{context.Subject}/");
}
