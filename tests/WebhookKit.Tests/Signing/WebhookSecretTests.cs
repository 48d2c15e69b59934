using System.Text.Json;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Signing;

public sealed class WebhookSecretTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void Nothing_is_no_secret(string? text)
    {
        var parse = () => WebhookSecret.Parse(text);
        var error = parse.Should().Throw<WebhookValidationException>().Which.Errors.Single();
        (error.Code, error.Field).Should().Be((WebhookErrorCode.InvalidSecret, "Secret"));
        (error.Problem, error.Remedy).Should().Be(("The secret is empty.", "Give the secret exactly as its issuer shows it."));
        WebhookSecret.TryParse(text, out _).Should().BeFalse();
    }

    [Fact]
    public void A_generated_secret_has_32_fresh_bytes_and_fits_the_standard()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSecret.Generate()).ToList();
        secrets.Select(s => s.Reveal()).Should().OnlyHaveUniqueItems()
            .And.OnlyContain(t => t.StartsWith("whsec_", StringComparison.Ordinal) && Convert.FromBase64String(t.Substring(6)).Length == 32);
        secrets.Should().OnlyContain(s => SignatureSchemes.StandardWebhooks.Check(s) == null);
    }

    [Fact]
    public void Secrets_are_equal_by_their_text()
    {
        var same = WebhookSecret.Parse(Secret.Reveal());
        same.Should().NotBeSameAs(Secret);
        same.Equals(Secret).Should().BeTrue();
        same.GetHashCode().Should().Be(Secret.GetHashCode());
        same.Equals(WebhookSecret.Parse(Secret.Reveal() + "x")).Should().BeFalse();
        same.Equals((object?)Secret.Reveal()).Should().BeFalse();
        WebhookSecrets.Of(same).Equals(WebhookSecrets.Of(Secret)).Should().BeTrue();
        WebhookSecrets.Of(same).GetHashCode().Should().Be(WebhookSecrets.Of(Secret).GetHashCode());
        WebhookSecrets.Of(same).Equals(WebhookSecrets.None).Should().BeFalse();
        WebhookSecrets.Of(same).Rotate(same, Now, TimeSpan.FromDays(1)).Equals(WebhookSecrets.Of(same, same)).Should().BeFalse("their ends differ");
    }

    [Fact]
    public void A_secret_is_written_redacted_and_is_not_read_from_JSON()
    {
        JsonSerializer.Serialize(Secret).Should().Be("\"(secret)\"");
        JsonSerializer.Serialize(WebhookSecrets.Of(Secret, Secret)).Should().Be("\"(2 secrets)\"");
        var one = () => JsonSerializer.Deserialize<WebhookSecret>("\"whsec_x\"");
        var many = () => JsonSerializer.Deserialize<WebhookSecrets>("[\"whsec_x\"]");
        one.Should().Throw<NotSupportedException>().WithMessage("*WebhookSecret.Parse*");
        many.Should().Throw<NotSupportedException>().WithMessage("*WebhookSecret.Parse*");
    }

    [Fact]
    public void Threads_that_meet_at_the_first_use_get_the_same_key()
    {
        for (var round = 0; round < 50; round++)
        {
            var secret = WebhookSecret.Generate();
            var forms = new[] { HmacKeyForms.StandardWebhooks, HmacKeyForms.Utf8(HmacAlgorithm.Sha256, 16), HmacKeyForms.Utf8(HmacAlgorithm.Sha512, 16) };
            using var barrier = new Barrier(6);
            var keys = new HmacKey[6];
            var threads = Enumerable.Range(0, 6).Select(i => new Thread(() =>
            {
                barrier.SignalAndWait();
                keys[i] = secret.Key(forms[i % 3]);
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
            keys.Distinct().Should().HaveCount(3);
            keys.Should().Equal(forms.Concat(forms).Select(secret.Key));
        }
    }

    [Fact]
    public void Equal_forms_share_a_key_so_that_schemes_made_anew_do_not_pile_keys_up()
    {
        var secret = WebhookSecret.Generate();
        secret.Key(HmacKeyForms.Utf8(HmacAlgorithm.Sha256, 16)).Should().BeSameAs(secret.Key(HmacKeyForms.Utf8(HmacAlgorithm.Sha256, 16)));
    }

    [Fact]
    public void A_form_that_the_secret_does_not_have_is_a_fault_each_time_and_spoils_no_other_form()
    {
        var secret = WebhookSecret.Parse("not base64, but long enough");
        for (var i = 0; i < 2; i++)
        {
            secret.TryKey(HmacKeyForms.StandardWebhooks, out var key, out var error).Should().BeFalse();
            key.Should().BeNull();
            error!.Code.Should().Be(WebhookErrorCode.InvalidSecret);
        }

        secret.TryKey(HmacKeyForms.Utf8(HmacAlgorithm.Sha256, 16), out _, out var none).Should().BeTrue();
        none.Should().BeNull();
        FluentActions.Invoking(() => secret.Key<HmacKey>(null!)).Should().Throw<ArgumentNullException>().WithParameterName("form");
    }

    [Fact]
    public void A_rotation_keeps_at_most_ten_secrets_and_drops_the_oldest()
    {
        var all = Enumerable.Range(0, 12).Select(_ => WebhookSecret.Generate()).ToList();
        var secrets = all.Skip(1).Aggregate(WebhookSecrets.Of(all[0]), (rotated, next) => rotated.Rotate(next, Now, TimeSpan.FromDays(1)));

        WebhookSecrets.MaxOverlap.Should().Be(10);
        secrets.Should().Equal(all.Skip(2).Reverse());
    }

    [Fact]
    public void A_rotation_drops_what_is_no_longer_of_use()
    {
        var (a, b, c) = (WebhookSecret.Generate(), WebhookSecret.Generate(), WebhookSecret.Generate());
        WebhookSecrets.Of(a).Rotate(b, Now, TimeSpan.Zero).Should().Equal(b);
        var once = WebhookSecrets.Of(a).Rotate(b, Now, TimeSpan.FromHours(1));
        once.Rotate(c, Now.AddHours(1), TimeSpan.FromHours(1)).Should().Equal(new[] { c, b }, "a secret is of no use at its very end");
        once.Rotate(c, Now.AddMinutes(59), TimeSpan.FromHours(1)).Should().Equal(c, b, a);
        once.Rotate(c, Now, TimeSpan.Zero).Should().Equal(c);
    }

    [Fact]
    public void Secrets_that_are_missing_and_overlaps_below_zero_are_misuse()
    {
        FluentActions.Invoking(() => WebhookSecrets.Of(Secret, null!)).Should().Throw<ArgumentNullException>().WithParameterName("secrets");
        FluentActions.Invoking(() => WebhookSecrets.None.Rotate(null!, Now, TimeSpan.Zero)).Should().Throw<ArgumentNullException>().WithParameterName("next");
        FluentActions.Invoking(() => WebhookSecrets.None.Rotate(Secret, Now, TimeSpan.FromTicks(-1)))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("overlap");
    }

    [Fact]
    public void Secrets_say_how_many_they_are()
    {
        WebhookSecrets.None.ToString().Should().Be("(0 secrets)");
        WebhookSecrets.Of(Secret).ToString().Should().Be("(1 secret)");
        Secret.ToString().Should().Be("(secret)");
    }

    [Fact]
    public void Secrets_in_another_order_or_number_are_others()
    {
        var other = WebhookSecret.Generate();
        var both = WebhookSecrets.Of(Secret, other);
        both.Equals(WebhookSecrets.Of(other, Secret)).Should().BeFalse();
        both.Equals(WebhookSecrets.Of(Secret)).Should().BeFalse();
        both.Equals((object)WebhookSecrets.Of(Secret, other)).Should().BeTrue();
        both.GetHashCode().Should().NotBe(WebhookSecrets.Of(other, Secret).GetHashCode());
        WebhookSecrets.None.GetHashCode().Should().Be(WebhookSecrets.Of().GetHashCode());
        ((System.Collections.IEnumerable)both).Cast<WebhookSecret>().Should().Equal(Secret, other);
        new object?[] { null, "text" }.Should().NotContain(o => both.Equals(o) || Secret.Equals(o));
    }

    [Fact]
    public void A_rotation_ends_the_secrets_before_it_and_never_prolongs_one()
    {
        var (a, b, c) = (WebhookSecret.Generate(), WebhookSecret.Generate(), WebhookSecret.Generate());
        var once = WebhookSecrets.Of(a).Rotate(b, Now, TimeSpan.FromHours(1));
        var twice = once.Rotate(c, Now.AddMinutes(30), TimeSpan.FromHours(24));
        Valid(twice, Now.AddMinutes(59)).Should().Equal(c, b, a);
        Valid(twice, Now.AddMinutes(60)).Should().Equal(c, b);
        Valid(twice, Now.AddHours(25)).Should().Equal(c);
        Valid(once.Rotate(c, Now.AddHours(2), TimeSpan.FromHours(24)), Now.AddHours(2)).Should().Equal(c, b);
        Valid(once.Rotate(c, Now, TimeSpan.Zero), Now).Should().Equal(c);

        static List<WebhookSecret> Valid(WebhookSecrets secrets, DateTimeOffset now)
        {
            List<WebhookSecret> valid = [];
            foreach (var secret in secrets.At(now))
                valid.Add(secret);
            return valid;
        }
    }
}
