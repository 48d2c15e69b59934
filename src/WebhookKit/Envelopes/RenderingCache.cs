using System.Runtime.InteropServices;

namespace WebhookKit.Envelopes;

/// <summary>
/// Renderings shared by the deliveries of a message: made at the first delivery that needs one, whoever asks meanwhile waits for it. Bounded in bytes; the
/// oldest go first.
/// </summary>
internal sealed class RenderingCache(EnvelopeOptions options)
{
    // What an entry costs beside its texts. Charged at once, so that envelopes that always fail cannot fill the cache with empty entries.
    private const int EntryBytes = 256;

    // What a header costs beside its texts.
    private const int HeaderBytes = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<RenderingKey, Entry> _entries = [];
    private readonly Queue<RenderingKey> _order = new();
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

    /// <summary>The rendering of a message in an envelope.</summary>
    /// <exception cref="EnvelopeException">The envelope failed; the failure is not kept.</exception>
    public Rendering Render(Envelope envelope, RenderingInput input)
    {
        if (envelope is BareEnvelope)
            return envelope.Render(input);

        var key = new RenderingKey(envelope, input);
        var entry = Open(key);
        lock (entry)
        {
            if (entry.Rendering is not { } rendering)
            {
                entry.Rendering = rendering = envelope.Render(key.Narrow(input));
                Charge(key, entry, rendering);
            }

            return rendering;
        }
    }

    private Entry Open(RenderingKey key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
                return entry;
            entry = new Entry { Bytes = EntryBytes + key.Bytes };
            _entries.Add(key, entry);
            _order.Enqueue(key);
            _bytes += entry.Bytes;
            Trim();
            return entry;
        }
    }

    private void Charge(RenderingKey key, Entry entry, Rendering rendering)
    {
        // The whole of an array, of which the body may be the smaller part.
        var size = MemoryMarshal.TryGetArray(rendering.Body, out var array) ? array.Array!.Length : rendering.Body.Length;
        var bytes = size + RenderingKey.TextBytes(rendering.Headers) + ((long)HeaderBytes * rendering.Headers.Count);
        lock (_gate)
        {
            // It may have been pushed out while it was rendered.
            if (!_entries.TryGetValue(key, out var kept) || kept != entry)
                return;
            entry.Bytes += bytes;
            _bytes += bytes;
            Trim();
        }
    }

    private void Trim()
    {
        while (_bytes > options.CacheBytes && _order.TryDequeue(out var oldest))
        {
            if (_entries.Remove(oldest, out var entry))
                _bytes -= entry.Bytes;
        }
    }

    private sealed class Entry
    {
        public Rendering? Rendering { get; set; }

        public long Bytes { get; set; }
    }
}
