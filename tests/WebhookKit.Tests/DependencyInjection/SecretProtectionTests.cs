using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.DependencyInjection;
using WebhookKit.Storage;
using WebhookKit.Tests.Storage;

namespace WebhookKit.Tests.DependencyInjection;

[SuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
public sealed class SecretProtectionTests
{
    private const int SecretsInPlain = 1103;
    private static readonly string Key = Convert.ToBase64String(new byte[32]);
    private static readonly SecretContext Context = new() { Purpose = "subscription", Subject = "sub_1" };

    [Fact]
    public async Task Keys_come_from_the_configuration_and_from_code()
    {
        using var host = Build(
            b => b.ProtectSecrets(o => o.AddKey("code", [.. Enumerable.Repeat((byte)1, 32)])),
            ("SecretProtection:Keys:0:Id", "configured"), ("SecretProtection:Keys:0:Key", Key), ("SecretProtection:CurrentKey", "code"));
        await host.StartAsync();

        var value = await Protector(host).ProtectAsync(new byte[] { 7 }, Context, default);
        var old = await new AesGcmSecretProtector(new SecretProtectionKey("configured", new byte[32])).ProtectAsync(new byte[] { 8 }, Context, default);

        System.Text.Encoding.ASCII.GetString(value, 2, 4).Should().Be("code");
        (await Protector(host).UnprotectAsync(value, Context, default)).Should().Equal(7);
        (await Protector(host).UnprotectAsync(old, Context, default)).Should().Equal(8);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_single_key_is_current_without_being_named()
    {
        using var host = Build(b => b.ProtectSecrets(), ("SecretProtection:Keys:0:Id", "k"), ("SecretProtection:Keys:0:Key", Key));
        await host.StartAsync();
        Protector(host).Should().BeOfType<AesGcmSecretProtector>();
        await host.StopAsync();
    }

    [Fact]
    public async Task All_faults_stop_the_host_together_and_no_key_is_repeated()
    {
        var faults = await Build(
            b => b.ProtectSecrets(o => o.AddKey("a b", new byte[32])),
            ("Publishing:MaxBodyBytes", "-1"), ("SecretProtection:Current", "x"), ("SecretProtection:Keys:0:Id", "short"),
            ("SecretProtection:Keys:0:Key", "AAAA"), ("SecretProtection:Keys:1:Key", Key), ("SecretProtection:Keys:2:Id", "text"),
            ("SecretProtection:Keys:2:Key", "my secret text"), ("SecretProtection:Keys:3:Id", "k"), ("SecretProtection:Keys:3:Key", Key),
            ("SecretProtection:Keys:3:Use", "1"), ("SecretProtection:Keys:4:Id", "k"), ("SecretProtection:Keys:4:Key", Key)).FaultsAsync();

        faults.Select(f => f.Split(": ")[0]).Should().BeEquivalentTo(
            "Webhooks:Publishing:MaxBodyBytes", "Webhooks:SecretProtection:Current", "Webhooks:SecretProtection:Keys:0.Key",
            "Webhooks:SecretProtection:Keys:1.Id", "Webhooks:SecretProtection:Keys:2.Key", "Webhooks:SecretProtection:Keys:3:Use", "AddKey(a b).Id",
            "Webhooks:SecretProtection:Keys", "Webhooks:SecretProtection:CurrentKey");
        faults.Should().NotContain(f => f.Contains("my secret") || f.Contains("AAAA"));
    }

    [Fact]
    public async Task No_key_and_an_unknown_current_key_are_faults()
    {
        (await Build(b => b.ProtectSecrets()).FaultsAsync()).Should().ContainSingle().Which.Should().StartWith("Webhooks:SecretProtection:Keys: There is no key.");
        (await Build(b => b.ProtectSecrets(o =>
        {
            o.AddKey("a", new byte[32]);
            o.CurrentKey = "b";
        })).FaultsAsync()).Should().ContainSingle().Which.Should().StartWith("Webhooks:SecretProtection:CurrentKey: There is no key 'b'.");
    }

    [Fact]
    public async Task Keys_that_nobody_uses_are_a_fault() =>
        (await Build(_ => { }, ("SecretProtection:CurrentKey", "k")).FaultsAsync()).Should().ContainSingle()
            .Which.Should().StartWith("Webhooks:SecretProtection: There is no such setting.");

    [Fact]
    public void The_hosts_own_protector_takes_the_place_of_keys()
    {
        using var host = Build(b => b.ProtectSecrets().ProtectSecrets(_ => new PrefixProtector()));

        Protector(host).Should().BeOfType<PrefixProtector>();
        host.Options().Should().NotBeNull("there is no key to miss");
    }

    [Fact]
    public async Task That_secrets_are_stored_as_they_are_is_said_once_where_they_are_stored()
    {
        (await LinesAsync(b => b.Services.AddSingleton(new ProviderSection("Some")))).Should().ContainSingle(l => l.Id == SecretsInPlain)
            .Which.Should().Match<(LogLevel Level, int Id, string Text)>(l => l.Level == LogLevel.Information && l.Text.Contains("ProtectSecrets"));
        (await LinesAsync(b => b.ProtectSecrets(o => o.AddKey("k", new byte[32])).Services.AddSingleton(new ProviderSection("Some"))))
            .Should().NotContain(l => l.Id == SecretsInPlain);
        (await LinesAsync(_ => { })).Should().NotContain(l => l.Id == SecretsInPlain);
    }

    [Fact]
    public async Task The_section_of_a_provider_is_known()
    {
        using var host = Build(b => b.Services.AddSingleton(new ProviderSection("Some")), ("Some:Path", "x"));
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Parts_of_one_name_or_none_stop_the_host()
    {
        var rule = SuccessRule.Where(_ => true);
        var faults = await Build(b => b.AddRetryPolicy("", RetryPolicy.None).AddSuccessRule("a", rule).AddSuccessRule("a", rule).AddRetryPolicy("a", RetryPolicy.None)
            .AddEnvelope(Samples.HostEnvelope).AddEnvelope(Samples.HostEnvelope, "other").AddEnvelope(Samples.HostEnvelope)
            .AddSignatureScheme(Samples.HostScheme).AddAuthentication(new string('a', 257), EndpointAuthentication.None)).FaultsAsync();

        faults.Select(f => f.Split(": ")[0]).Should().BeEquivalentTo("AddRetryPolicy", "AddSuccessRule", "AddEnvelope", "AddAuthentication");
    }

    [Fact]
    public async Task Registered_parts_are_kept_by_their_names()
    {
        using var host = Build(b => b.AddRetryPolicy("p", Samples.HostPolicy).AddSuccessRule("r", Samples.HostRule)
            .AddAuthentication("a", Samples.HostAuthentication).AddSignatureScheme(Samples.HostScheme).AddEnvelope(Samples.HostEnvelope));
        var subscription = Samples.Subscription with
        {
            Schemes = [Samples.HostScheme], Authentication = Samples.HostAuthentication, Envelope = Samples.HostEnvelope, Retry = Samples.HostPolicy,
            Success = Samples.HostRule,
        };
        var format = host.Services.GetRequiredService<SettingsFormat>();

        var read = await format.ReadAsync(await format.WriteAsync(subscription, default), default);

        Samples.Describe(read).Should().Equal(Samples.Describe(subscription));
    }

    private static ISecretProtector Protector(IHost host) => host.Services.GetRequiredService<ISecretProtector>();

    private static IHost Build(Action<WebhooksBuilder> build, params (string Key, string? Value)[] configuration)
    {
        var builder = TestHost.Builder(configuration: configuration);
        build(builder.Services.AddWebhooks());
        return builder.Build();
    }

    private static async Task<IReadOnlyList<(LogLevel Level, int Id, string Text)>> LinesAsync(Action<WebhooksBuilder> build)
    {
        var builder = TestHost.Builder();
        var logs = new TestHost.Logs();
        builder.Logging.AddProvider(logs);
        build(builder.Services.AddWebhooks());
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        return [.. logs.Lines];
    }
}
