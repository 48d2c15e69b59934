using System.Text;
using Xunit.Abstractions;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Receiving;

/// <summary>
/// Alters genuine requests at random and holds the verifier against an oracle that knows no cryptography: a request is genuine exactly if the body, the
/// signed headers and one whole signature are still what they were.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int PerScheme = 20_000;

    /// <summary>More text of signatures than this is refused unread.</summary>
    private const int MaxCharacters = 65_536;

    private static readonly (string Name, SignatureScheme Scheme, string[][] Families, char[] Separators)[] Schemes =
    [
        ("standard", SignatureSchemes.StandardWebhooks, [["webhook-signature", "webhook-id", "webhook-timestamp"]], [' ', ',']),
        ("svix", SignatureSchemes.Svix,
            [["svix-signature", "svix-id", "svix-timestamp"], ["webhook-signature", "webhook-id", "webhook-timestamp"]], [' ', ',']),
        ("hex", SignatureSchemes.Hmac("x-sig"), [["x-sig"]], [',']),
        ("timed", SignatureSchemes.Hmac("x-sig", o => (o.Prefix, o.TimestampHeader, o.SignedContent) = ("v0=", "x-time", "v0:{timestamp}:{body}")),
            [["x-sig", "x-time"]], [',']),
        ("base64", SignatureSchemes.Hmac("x-sig", o => (o.Algorithm, o.Encoding) = (HmacAlgorithm.Sha512, SignatureEncoding.Base64)), [["x-sig"]], [',']),
    ];

    public static TheoryData<string> Names => [.. Schemes.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_altered_request_is_refused_by_name_and_an_unaltered_one_accepted(string name)
    {
        var (_, scheme, families, separators) = Schemes.Single(s => s.Name == name);
        var random = new Random(20_261_121);
        var verifier = Verifier(scheme);
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < PerScheme; i++)
        {
            var secret = SeededSecret(random);
            var body = new byte[random.Next(64)];
            random.NextBytes(body);
            var signed = Sign(scheme, WebhookSecrets.Of(secret), body, id: $"msg_{i}");
            var (altered, headers) = (body.ToArray(), signed.ToList());
            var steps = new StringBuilder();
            for (var n = random.Next(1, 4); n > 0; n--)
                steps.Append(Mutate(random, ref altered, headers, families)).Append(' ');

            var genuine = altered.AsSpan().SequenceEqual(body) && IsWhole(headers, signed, families, separators);
            var result = verifier.Verify(altered, WebhookHeaders.From(headers), WebhookSecrets.Of(secret));
            result.IsValid.Should().Be(genuine, $"case {i}: {steps}");
            if (!result.IsValid)
                Enum.IsDefined(result.Refusal!.Value).Should().BeTrue();
            result.Refusal.Should().NotBe(VerificationRefusal.NotVerified);
            var key = result.Refusal?.ToString() ?? "accepted";
            seen[key] = seen.GetValueOrDefault(key) + 1;
        }

        output.WriteLine(string.Join(", ", seen.Select(s => $"{s.Key} {s.Value}")));
        seen.Keys.Should().Contain(["accepted", "MissingHeader", "MalformedSignature", "SignatureMismatch"]);
        if (families[0].Length > 1)
            seen.Keys.Should().Contain(["DuplicateHeader", "TimestampMalformed", "TimestampTooOld", "TimestampTooNew"]);
        if (families[0].Length > 2)
            seen.Keys.Should().Contain("MalformedMessageId");
    }

    // From the seed too, so that a case that fails can be run again byte for byte.
    private static WebhookSecret SeededSecret(Random random)
    {
        var key = new byte[32];
        random.NextBytes(key);
        return WebhookSecret.Parse("whsec_" + Convert.ToBase64String(key));
    }

    // The family that counts is the first whole one; each other header of it stands once and unchanged, and a line of signatures still has the old one whole.
    private static bool IsWhole(
        List<KeyValuePair<string, string>> headers, List<KeyValuePair<string, string>> signed, string[][] families, char[] separators)
    {
        List<string> Values(string name) => [.. headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
        var family = families.FirstOrDefault(f => f.All(name => Values(name).Count > 0));
        if (family is null)
            return false;
        string Original(string name) => signed.Single(s => s.Key.Equals(families[0][Array.IndexOf(family, name)], StringComparison.OrdinalIgnoreCase)).Value;
        return family.Skip(1).All(name => Values(name) is [var only] && only == Original(name))
            && Values(family[0]).Sum(line => line.Length) <= MaxCharacters
            && Values(family[0]).Any(line => HasSignature(line, Original(family[0]), separators));
    }

    private static bool HasSignature(string line, string signature, char[] separators)
    {
        var blanks = separators.Contains(' ') ? [] : new[] { ' ', '\t' };
        for (var at = line.IndexOf(signature, StringComparison.Ordinal); at >= 0; at = line.IndexOf(signature, at + 1, StringComparison.Ordinal))
        {
            var before = line[..at].TrimEnd(blanks.Length > 0 ? blanks : ['\uffff']);
            var after = line[(at + signature.Length)..].TrimStart(blanks.Length > 0 ? blanks : ['\uffff']);
            if ((before.Length == 0 || separators.Contains(before[^1])) && (after.Length == 0 || separators.Contains(after[0])))
                return true;
        }

        return false;
    }

    private static string Mutate(Random random, ref byte[] body, List<KeyValuePair<string, string>> headers, string[][] families)
    {
        var kind = random.Next(16);
        var index = headers.Count == 0 ? -1 : random.Next(headers.Count);
        if (index < 0)
            kind = random.Next(1, 3);
        switch (kind)
        {
            case 0 when body.Length > 0:
                body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                return "flip";
            case 1:
                body = body[..random.Next(body.Length + 1)];
                return "truncate";
            case 2:
                body = [.. body, (byte)random.Next(256)];
                return "append";
            case 3:
                headers.RemoveAt(index);
                return "remove";
            case 4:
                headers.Add(headers[index]);
                return "duplicate";
            case 5:
                headers.Insert(0, new(headers[index].Key, Edit(random, headers[index].Value)));
                return "duplicate-edited";
            case 6:
                headers[index] = new(headers[index].Key.ToUpperInvariant(), headers[index].Value);
                return "case";
            case 7:
                headers.Reverse();
                return "reverse";
            case 8:
                headers.Add(new("x-other", "value"));
                return "other";
            case 9:
                var (from, to) = (families[0], families[^1]);
                headers[index] = new(Array.IndexOf(from, headers[index].Key) is >= 0 and var i ? to[i] : headers[index].Key, headers[index].Value);
                return "rename";
            case 10 when families.Length > 1:
                for (var h = 0; h < headers.Count; h++)
                    headers[h] = new(Array.IndexOf(families[0], headers[h].Key) is >= 0 and var f ? families[1][f] : headers[h].Key, headers[h].Value);
                return "rename-all";
            default:
                headers[index] = new(headers[index].Key, Edit(random, headers[index].Value));
                return $"edit({headers[index].Key})";
        }
    }

    private static string Edit(Random random, string value)
    {
        var at = random.Next(value.Length + 1);
        var piece = value[..at];
        return random.Next(20) switch
        {
            0 => "",
            1 => piece,
            2 => value[at..],
            3 => value.Insert(at, " "),
            4 => $" {value}\t",
            5 => $"{value}, {value}",
            6 => $"v1,AAAA {value}",
            7 => $"{value},junk",
            8 => value.Insert(at, random.GetItems([".", "\0", "\r\n", "ü", "=", "0", "A", ",", "%20", "\u200b", "😀"], 1)[0]),
            9 => string.Concat(value.Select(c => char.IsAsciiDigit(c) ? (char)('０' + (c - '0')) : c)),
            10 => value.ToUpperInvariant(),
            11 => value.ToLowerInvariant(),
            12 => value.TrimEnd('='),
            13 => value.Replace('+', '-').Replace('/', '_'),
            14 when random.Next(20) == 0 => new string(random.GetItems(['a', ' ', ',', '0', '.'], 1)[0], random.Next(200_000)) + value,
            15 => "0" + value,
            16 => "-" + value,
            17 => value + "abc",
            18 => random.GetItems(
                ["0", "1", "1614265629", "1614265631", "1614264000", "99999999999", "1e10", "9223372036854775808", "1614265330.5", "v1,", "v0=", "null"], 1)[0],
            _ => at < value.Length ? piece + (char)(value[at] ^ (1 << random.Next(7))) + value[(at + 1)..] : value,
        };
    }
}
