using System.Buffers;
using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

public sealed class ClearingBufferTests
{
    [Fact]
    public void What_it_grew_out_of_is_cleared_and_in_the_end_everything()
    {
        var (secret, arrays) = (new byte[10_000], new List<Memory<byte>>());
        Array.Fill(secret, (byte)7);
        var buffer = new ClearingBuffer();
        arrays.Add(buffer.GetMemory());
        buffer.Write(secret.AsSpan(0, 900));
        buffer.Write(secret.AsSpan(0, 900));
        arrays.Add(buffer.GetMemory());
        arrays[0].ToArray().Should().OnlyContain(b => b == 0);
        buffer.Write(secret);

        var written = buffer.Written;
        written.ToArray().Should().HaveCount(11_800).And.OnlyContain(b => b == 7);
        arrays[1].ToArray().Should().OnlyContain(b => b == 0);
        buffer.Dispose();

        written.ToArray().Should().OnlyContain(b => b == 0);
    }
}
