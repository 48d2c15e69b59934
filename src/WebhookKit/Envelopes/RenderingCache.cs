using System.Runtime.InteropServices;

namespace WebhookKit.Envelopes;

/// <summary>
/// Renderings shared by the deliveries of a message: made at the first delivery that needs one, whoever asks meanwhile waits for it. Bounded in bytes; the
/// oldest go first. The key is the envelope itself, not its name: two envelopes of one name may have captured different tenants' values.
/// </summary>
internal sealed class RenderingCache(long capacityBytes = RenderingCache.DefaultCapacityBytes)
{
    public const long DefaultCapacityBytes = 16 * 1024 * 1024;

    // What an entry costs beside its body. Charged at once, so that envelopes that always fail cannot fill the cache with empty entries.
    private const int EntryBytes = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Entry> _entries = [];
    private readonly Queue<Key> _order = new();
    private long _bytes;

    /// <summary>How much is held, for tests.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    /// <summary>The body of <paramref name="message"/> in <paramref name="envelope"/>.</summary>
    /// <exception cref="EnvelopeException">The envelope failed; the failure is not kept.</exception>
    public ReadOnlyMemory<byte> Render(WebhookMessage message, Envelope envelope, string? displayName = null)
    {
        if (envelope is BareEnvelope)
            return envelope.Render(message, displayName);

        var key = new Key(message.Id, envelope);
        var entry = Open(key);
        lock (entry)
        {
            if (entry.Body is not { } body)
            {
                entry.Body = body = envelope.Render(message, displayName);
                Charge(key, entry, body);
            }

            return body;
        }
    }

    private Entry Open(Key key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
                return entry;
            entry = new Entry();
            _entries.Add(key, entry);
            _order.Enqueue(key);
            _bytes += entry.Bytes;
            Trim();
            return entry;
        }
    }

    private void Charge(Key key, Entry entry, ReadOnlyMemory<byte> body)
    {
        var size = MemoryMarshal.TryGetArray(body, out var array) ? array.Array!.Length : body.Length;
        lock (_gate)
        {
            // It may have been pushed out while it was rendered.
            if (!_entries.TryGetValue(key, out var kept) || kept != entry)
                return;
            entry.Bytes += size;
            _bytes += size;
            Trim();
        }
    }

    private void Trim()
    {
        while (_bytes > capacityBytes && _order.TryDequeue(out var oldest))
        {
            if (_entries.Remove(oldest, out var entry))
                _bytes -= entry.Bytes;
        }
    }

    private readonly record struct Key(Guid Message, Envelope Envelope);

    private sealed class Entry
    {
        public ReadOnlyMemory<byte>? Body { get; set; }

        public long Bytes { get; set; } = EntryBytes;
    }
}
