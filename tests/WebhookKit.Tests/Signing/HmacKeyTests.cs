using System.Security.Cryptography;
using System.Text;

namespace WebhookKit.Tests.Signing;

public sealed class HmacKeyTests
{
    // RFC 4231 sections 4.2, 4.3 and 4.7.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There", HmacAlgorithm.Sha256,
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData("4a656665", "what do ya want for nothing?", HmacAlgorithm.Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("4a656665", "what do ya want for nothing?", HmacAlgorithm.Sha512,
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    public void The_test_cases_of_RFC_4231_come_out(string keyHex, string text, HmacAlgorithm algorithm, string expected)
    {
        var key = new HmacKey(algorithm, Convert.FromHexString(keyHex));
        var data = Encoding.UTF8.GetBytes(text);
        var hash = new byte[key.HashBytes];
        for (var cut = 0; cut <= data.Length; cut++)
        {
            key.Hash(data.AsSpan(0, cut / 2), data.AsSpan(cut / 2, cut - (cut / 2)), data.AsSpan(cut), hash);
            Convert.ToHexStringLower(hash).Should().Be(expected);
        }

        key.Matches(data, [], [], hash).Should().BeTrue();
        key.Matches(data, [], [], hash.AsSpan(1)).Should().BeFalse();
        hash[0] ^= 1;
        key.Matches(data, [], [], hash).Should().BeFalse();
    }

    [Fact]
    public void A_destination_that_is_too_short_is_misuse()
    {
        var hash = () => new HmacKey(HmacAlgorithm.Sha512, [1]).Hash([], [], [], new byte[63]);
        hash.Should().Throw<ArgumentException>().WithParameterName("destination").WithMessage("*shorter than a signature*");
    }

    [Fact]
    public void A_destination_may_be_longer_than_a_signature_and_its_rest_is_left_alone()
    {
        var hash = new byte[HmacKey.MaxHashBytes];
        hash.AsSpan().Fill(7);
        new HmacKey(HmacAlgorithm.Sha256, [1]).Hash([], [2], [], hash);
        hash.Should().Equal([.. HMACSHA256.HashData([1], [2]), .. Enumerable.Repeat((byte)7, 32)]);
    }

    [Fact]
    public void An_algorithm_outside_the_enum_is_misuse()
    {
        var create = () => new HmacKey((HmacAlgorithm)9, [1]);
        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("algorithm");
    }

    [Fact]
    public void The_bytes_of_a_key_are_copied()
    {
        byte[] bytes = [1, 2, 3];
        var key = new HmacKey(HmacAlgorithm.Sha256, bytes);
        bytes[0] = 9;
        key.Matches([], [4], [], HMACSHA256.HashData([1, 2, 3], [4])).Should().BeTrue();
    }

    [Fact]
    public void A_secret_of_no_bytes_is_misuse_as_a_minimum()
    {
        var form = () => HmacKeyForms.Utf8(HmacAlgorithm.Sha256, 0);
        form.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("minimumBytes");
        WebhookSecret.Parse("s").Key(HmacKeyForms.Utf8(HmacAlgorithm.Sha256, 1)).HashBytes.Should().Be(32);
    }

    [Fact]
    public void One_key_used_by_many_threads_gives_every_one_its_own_answer()
    {
        var keyBytes = RandomNumberGenerator.GetBytes(32);
        var key = new HmacKey(HmacAlgorithm.Sha256, keyBytes);
        var wrong = 0;
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 64 }, worker =>
        {
            var body = new byte[50 + (worker * 17)];
            var hash = new byte[32];
            for (var i = 0; i < 500; i++)
            {
                body[0] = (byte)i;
                body[1] = (byte)worker;
                key.Hash(body.AsSpan(0, 20), body.AsSpan(20), [], hash);
                if (!hash.AsSpan().SequenceEqual(HMACSHA256.HashData(keyBytes, body)))
                    Interlocked.Increment(ref wrong);
            }
        });
        wrong.Should().Be(0);
    }
}
