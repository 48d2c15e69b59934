namespace WebhookKit.Tests.Signing;

public sealed class SignatureTextTests
{
    [Theory]
    [InlineData("00ff10", SignatureEncoding.Hex, true)]
    [InlineData("00FF10", SignatureEncoding.Hex, false)]
    [InlineData("00Ff10", SignatureEncoding.Hex, false)]
    [InlineData("00FF10", SignatureEncoding.UpperHex, true)]
    [InlineData("00ff10", SignatureEncoding.UpperHex, false)]
    [InlineData("00ff1", SignatureEncoding.Hex, false)]
    [InlineData("00ff1g", SignatureEncoding.Hex, false)]
    [InlineData("0x00ff", SignatureEncoding.Hex, false)]
    [InlineData("00 ff", SignatureEncoding.Hex, false)]
    [InlineData("００ff", SignatureEncoding.Hex, false)]
    [InlineData("AP8Q", SignatureEncoding.Base64, true)]
    [InlineData("AP8=", SignatureEncoding.Base64, true)]
    [InlineData("AA==", SignatureEncoding.Base64, true)]
    [InlineData("AP8", SignatureEncoding.Base64, false)]
    [InlineData("AP9=", SignatureEncoding.Base64, false)]
    [InlineData("AB==", SignatureEncoding.Base64, false)]
    [InlineData("AP8Q ", SignatureEncoding.Base64, false)]
    [InlineData("AP\n8Q", SignatureEncoding.Base64, false)]
    [InlineData("A-_Q", SignatureEncoding.Base64, false)]
    [InlineData("AP8Q=", SignatureEncoding.Base64, false)]
    [InlineData("=AP8", SignatureEncoding.Base64, false)]
    [InlineData("AA==AP8Q", SignatureEncoding.Base64, false)]
    [InlineData("====", SignatureEncoding.Base64, false)]
    public void Only_the_one_canonical_text_is_read(string text, SignatureEncoding encoding, bool readable)
    {
        Span<byte> bytes = stackalloc byte[SignatureText.MaxBytes];
        SignatureText.TryDecode(text, encoding, bytes, out var written).Should().Be(readable);
        if (readable)
            SignatureText.Encode(bytes[..written], encoding).Should().Be(text);
    }

    [Fact]
    public void Every_length_up_to_the_longest_comes_back_and_no_longer_one_is_read()
    {
        var random = new Random(1);
        foreach (var encoding in Enum.GetValues<SignatureEncoding>())
        {
            for (var length = 0; length <= SignatureText.MaxBytes + 5; length++)
            {
                var value = new byte[length];
                random.NextBytes(value);
                var read = new byte[SignatureText.MaxBytes];
                var done = SignatureText.TryDecode(SignatureText.Encode(value, encoding), encoding, read, out var written);
                done.Should().Be(length <= SignatureText.MaxBytes, $"{encoding} {length}");
                if (done)
                    read.AsSpan(0, written).SequenceEqual(value).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void An_encoding_outside_the_enum_is_misuse()
    {
        var encode = () => SignatureText.Encode([1], (SignatureEncoding)9);
        var decode = () => SignatureText.TryDecode("00", (SignatureEncoding)9, new byte[8], out _);
        encode.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("encoding");
        decode.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("encoding");
    }

    [Fact]
    public void What_does_not_fit_is_not_read()
    {
        SignatureText.TryDecode("00ff10", SignatureEncoding.Hex, new byte[2], out _).Should().BeFalse();
        SignatureText.TryDecode("AP8Q", SignatureEncoding.Base64, new byte[2], out _).Should().BeFalse();
    }
}
