using System.Buffers.Binary;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>Reads whole messages from a connection: a type of one byte, except in the first of a client, and a length that counts itself.</summary>
internal sealed class WireReader(Stream stream, bool startsUntyped)
{
    private bool _isUntyped = startsUntyped;

    /// <summary>The next message; null at the end of the connection.</summary>
    public async Task<WireMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[_isUntyped ? 4 : 5];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) < head.Length)
            return null;
        var bytes = new byte[head.Length - 4 + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(head.Length - 4))];
        head.CopyTo(bytes, 0);
        await stream.ReadExactlyAsync(bytes.AsMemory(head.Length), cancellationToken);
        var type = _isUntyped ? WireMessage.Startup : (char)bytes[0];
        _isUntyped = false;
        return new WireMessage(type, bytes);
    }
}
