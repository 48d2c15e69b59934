using System.Text;

namespace WebhookKit.Tests.Telemetry;

/// <summary>Reads a protocol buffer without knowing its schema: fields by number, which is all a test needs.</summary>
internal readonly struct ProtobufReader(ReadOnlyMemory<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Lengthed = 2;
    private const int Fixed32 = 5;

    /// <summary>The bytes of every field with this number that has a length.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Fields(int number)
    {
        var rest = message;
        while (rest.Length > 0)
        {
            var key = ReadVarint(ref rest);
            var value = Take(ref rest, (int)(key & 7));
            if (key >> 3 == (ulong)number)
                yield return value;
        }
    }

    /// <summary>The messages under this path of field numbers.</summary>
    public IEnumerable<ProtobufReader> Messages(params int[] path) => path is [var first, .. var rest]
        ? Fields(first).SelectMany(field => new ProtobufReader(field).Messages(rest))
        : [this];

    public string Text(int number) => Encoding.UTF8.GetString(Fields(number).SingleOrDefault().Span);

    public string Hex(int number) => Convert.ToHexStringLower(Fields(number).SingleOrDefault().Span);

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int wireType)
    {
        if (wireType == Varint)
        {
            ReadVarint(ref rest);
            return default;
        }

        var length = wireType switch
        {
            Fixed64 => sizeof(ulong),
            Fixed32 => sizeof(uint),
            Lengthed => (int)ReadVarint(ref rest),
            _ => throw new InvalidDataException($"There is no wire type {wireType}."),
        };
        var value = rest[..length];
        rest = rest[length..];
        return value;
    }

    private static ulong ReadVarint(ref ReadOnlyMemory<byte> rest)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = rest.Span[0];
            rest = rest[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
