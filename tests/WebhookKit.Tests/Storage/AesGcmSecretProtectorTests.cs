using System.Text;
using System.Text.Json;

namespace WebhookKit.Tests.Storage;

public sealed class AesGcmSecretProtectorTests
{
    private static readonly byte[] Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"u8.ToArray();
    private static readonly SecretContext Context = new() { Tenant = "acme", Purpose = "subscription", Subject = "sub_1" };
    private static readonly SecretProtectionKey First = Key("2030-01", 1);
    private static readonly SecretProtectionKey Second = Key("2030-02", 2);

    [Fact]
    public async Task What_was_encrypted_is_decrypted()
    {
        var protector = new AesGcmSecretProtector(First);
        foreach (var context in Others.Prepend(Context))
        {
            foreach (var secret in new[] { Secret, [] })
                (await UnprotectAsync(protector, await ProtectAsync(protector, secret, context), context)).Should().Equal(secret);
        }
    }

    [Fact]
    public async Task Nothing_of_the_secret_shows_and_no_two_values_are_the_same()
    {
        var protector = new AesGcmSecretProtector(First);

        var (one, other) = (await ProtectAsync(protector, Secret, Context), await ProtectAsync(protector, Secret, Context));

        one.Should().NotEqual(other);
        one.Should().HaveCount(2 + "2030-01".Length + 32 + 16 + Secret.Length);
        one.AsSpan().IndexOf(Secret.AsSpan(0, 4)).Should().Be(-1);
        Encoding.ASCII.GetString(one, 2, 7).Should().Be("2030-01");
    }

    [Fact]
    public async Task Any_other_context_is_refused()
    {
        var protector = new AesGcmSecretProtector(First);
        var value = await ProtectAsync(protector, Secret, Context);

        foreach (var context in Others)
            await RefusedAsync(protector, value, context);
    }

    [Fact]
    public async Task Any_changed_bit_and_any_shorter_value_is_refused()
    {
        var protector = new AesGcmSecretProtector(First, Second);
        var value = await ProtectAsync(protector, Secret, Context);

        for (var bit = 0; bit < value.Length * 8; bit++)
        {
            byte[] changed = [.. value];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await RefusedAsync(protector, changed, Context);
        }

        for (var length = 0; length < value.Length; length++)
            await RefusedAsync(protector, value[..length], Context);
    }

    [Fact]
    public async Task The_id_of_another_key_that_is_known_does_not_help()
    {
        var protector = new AesGcmSecretProtector(First, new SecretProtectionKey("2030-09", First.Bytes));
        var value = await ProtectAsync(protector, Secret, Context);

        value[8] = (byte)'9';

        Encoding.ASCII.GetString(value, 2, 7).Should().Be("2030-09");
        await RefusedAsync(protector, value, Context);
    }

    [Fact]
    public async Task Older_keys_are_read_and_the_current_one_is_written_with()
    {
        var old = await ProtectAsync(new AesGcmSecretProtector(First), Secret, Context);
        var rotated = new AesGcmSecretProtector(Second, First);

        (await UnprotectAsync(rotated, old, Context)).Should().Equal(Secret);
        var renewed = await ProtectAsync(rotated, Secret, Context);

        (await UnprotectAsync(new AesGcmSecretProtector(Second), renewed, Context)).Should().Equal(Secret);
        await RefusedAsync(new AesGcmSecretProtector(Second), old, Context);
    }

    /// <summary>Made by another implementation of HKDF and AES-GCM.</summary>
    [Fact]
    public async Task The_form_of_a_value_is_read_for_ever()
    {
        const string kept = 
            "AQcyMDMwLTAxAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+g+Ot5zjH/aBfj1xhDQbIhkPIqp1DQH+3gCZCOS8HqFP/0P5tze+2P5BVPpD8E5sTyY92Ddnk=";

        (await UnprotectAsync(new AesGcmSecretProtector(First), Convert.FromBase64String(kept), Context)).Should().Equal(Secret);
    }

    [Fact]
    public void A_key_never_shows()
    {
        var key = new SecretProtectionKey("k", Secret.AsSpan(0, 32));

        (key.ToString(), JsonSerializer.Serialize(key)).Should().Be(("(key k)", "\"(key k)\""));
        FluentActions.Invoking(() => JsonSerializer.Deserialize<SecretProtectionKey>("\"(key k)\"")).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public void A_malformed_key_is_refused_with_all_faults()
    {
        foreach (var id in new[] { "", new string('a', 65), "a b", "é", "a/b" })
        {
            FluentActions.Invoking(() => new SecretProtectionKey(id, new byte[31])).Should().Throw<WebhookValidationException>()
                .Which.Errors.Select(e => e.Code).Should().Equal(WebhookErrorCode.InvalidId, WebhookErrorCode.InvalidSecret);
        }

        new SecretProtectionKey(new string('a', 64), new byte[32]).Id.Should().HaveLength(64);
        FluentActions.Invoking(() => new AesGcmSecretProtector(First, Key("2030-01", 9))).Should().Throw<WebhookValidationException>();
    }

    private static SecretContext[] Others =>
    [
        Context with { Tenant = null }, Context with { Tenant = "" }, Context with { Tenant = "acmes" }, Context with { Tenant = "\uD800" },
        Context with { Tenant = "\uD801" }, Context with { Purpose = "destination" }, Context with { Subject = "sub_2" },
        Context with { Purpose = "subscriptions", Subject = "ub_1" },
    ];

    private static SecretProtectionKey Key(string id, byte fill) => new(id, [.. Enumerable.Repeat(fill, 32)]);

    private static async Task<byte[]> ProtectAsync(AesGcmSecretProtector protector, byte[] secret, SecretContext context) =>
        await protector.ProtectAsync(secret, context, CancellationToken.None);

    private static async Task<byte[]> UnprotectAsync(AesGcmSecretProtector protector, byte[] value, SecretContext context) =>
        await protector.UnprotectAsync(value, context, CancellationToken.None);

    private static async Task RefusedAsync(AesGcmSecretProtector protector, byte[] value, SecretContext context)
    {
        var refused = await FluentActions.Awaiting(() => UnprotectAsync(protector, value, context)).Should().ThrowAsync<WebhookStoreException>();
        (refused.Which.Fault, refused.Which.IsTransient, refused.Which.InnerException).Should().Be((StoreFault.Unreadable, false, null));
        refused.Which.Message.Should().Contain(context.Subject).And.NotContain("2030");
    }
}
