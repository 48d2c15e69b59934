using Xunit.Abstractions;

namespace WebhookKit.Tests.Signing;

public sealed class DevelopmentVectorTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<Vector> Vectors = Vector.Development();

    /// <summary>Where implementations differ: what this library does, and why.</summary>
    private static readonly Dictionary<string, (bool Valid, string Reason)> Choices = new()
    {
        ["dev-standard-webhooks-07-non-utf8-body"] = (true, "the signature is over bytes, and the bytes are right"),
        ["dev-standard-webhooks-08-bom-body"] = (true, "the signature is over bytes, byte order mark included"),
        ["dev-standard-webhooks-13-timestamp-leading-zeros"] = (false, "one time has one text"),
        ["dev-standard-webhooks-14-timestamp-trailing-junk"] = (false, "a timestamp is digits and nothing else"),
        ["dev-standard-webhooks-27-padding-stripped"] = (false, "base64 is read in its canonical form only"),
        ["dev-standard-webhooks-31-duplicate-signature-header-bad-first"] = (true, "any good signature will do; a bad one spoils nothing"),
        ["dev-svix-05-timestamp-leading-zeros"] = (false, "one time has one text"),
        ["dev-plain-hmac-hex-05-upper-case-hex"] = (false, "hexadecimal is read in the configured case only"),
        ["dev-plain-hmac-hex-07-non-utf8-body"] = (true, "the signature is over bytes, and the bytes are right"),
    };

    public static TheoryData<string> Musts => [.. Vectors.Where(v => v.Level == "must").Select(v => v.Id)];

    public static TheoryData<string> Mays => [.. Vectors.Where(v => v.Level == "may").Select(v => v.Id)];

    [Theory]
    [MemberData(nameof(Musts))]
    public void A_vector_that_must_be_met_is_met(string id)
    {
        var vector = Vectors.Single(v => v.Id == id);
        vector.Verify().IsValid.Should().Be(vector.ExpectValid, vector.Expect);
    }

    [Theory]
    [MemberData(nameof(Mays))]
    public void A_vector_on_which_implementations_differ_gets_the_documented_answer(string id)
    {
        var vector = Vectors.Single(v => v.Id == id);
        Choices.Should().ContainKey(id, "each open case needs a choice");
        var (valid, reason) = Choices[id];
        output.WriteLine($"{id}: {(valid ? "accepted" : "refused")}: {reason}. (The vector: {vector.Expect}; {vector.Why})");
        vector.Verify().IsValid.Should().Be(valid, reason);
    }

    [Fact]
    public void There_are_as_many_vectors_as_the_file_has_for_these_schemes()
    {
        Vectors.Count(v => v.Level == "must").Should().Be(42);
        Vectors.Count(v => v.Level == "may").Should().Be(Choices.Count).And.Be(9);
    }
}
