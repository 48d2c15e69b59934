using System.Text;
using WebhookKit.Operations;

namespace WebhookKit.Tests.Sqlite;

/// <summary>With a protector, no secret is anywhere in the files, not even while they are in use.</summary>
public sealed class SecretsTests : SqliteTests
{
    private const string Password = "correct-horse-battery-staple";
    private const string Token = "bearer-of-all-tokens-1234567890";
    private const string Header = "header-of-all-headers-1234567890";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_stands_in_the_database_or_its_log_if_there_is_a_protector(bool isProtected)
    {
        var protector = isProtected ? new AesGcmSecretProtector(new SecretProtectionKey("k1", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray())) : null;
        var secret = WebhookSecret.Generate();
        await using var node = Folder.Open(protector: protector);
        var subscription = new Subscription
        {
            Id = SubscriptionId.New(Clock), Url = "https://receiver.example/", Events = [EventPattern.All], Secrets = WebhookSecrets.Of(secret),
            Authentication = EndpointAuthentication.Basic("user", Password),
        };
        var destination = new StoredDestination
        {
            Id = new DestinationId(Guid.CreateVersion7()),
            Settings = new WebhookDestination
            {
                Url = "https://receiver.example/", Authentication = EndpointAuthentication.Bearer(Token),
                Headers = new Dictionary<string, string> { ["x-key"] = Header },
            },
        };

        await node.Subscriptions.AddAsync(subscription, CancellationToken.None);
        await node.Subscriptions.UpdateAsync(subscription with { Version = 1, Name = "again" }, CancellationToken.None);
        await EnqueueAsync(node, Request() with { Targets = [DeliveryTarget.To(destination)] });

        var files = Directory.EnumerateFiles(Path.GetDirectoryName(Folder.File)!)
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).SelectMany(ReadShared).ToArray();
        foreach (var text in new[] { Password, Token, Header, secret.Reveal()["whsec_".Length..] })
            (files.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0).Should().Be(!isProtected);
        var lane = (await LeaseAsync(node)).Lanes.Single();
        lane.Deliveries.Single().Destination!.Settings.Headers["x-key"].Should().Be(Header);
    }

    [Fact]
    public async Task Secrets_that_were_written_before_there_was_a_protector_are_gone_once_they_are_protected()
    {
        var secrets = Enumerable.Range(0, 50).Select(_ => WebhookSecret.Generate()).ToArray();
        await using (var node = Folder.Open())
        {
            foreach (var secret in secrets)
                await node.Subscriptions.AddAsync(
                    new Subscription
                    {
                        Id = SubscriptionId.New(Clock), Url = "https://receiver.example/", Events = [EventPattern.All], Secrets = WebhookSecrets.Of(secret),
                    },
                    CancellationToken.None);
        }

        await using var next = Folder.Open(protector: new AesGcmSecretProtector(new SecretProtectionKey("k1", new byte[32])));
        await new Reprotection(next.Subscriptions).RunAsync(progress: null, CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await WriteAsync(next, _ => true);
        await WriteAsync(next, _ => true);

        var files = Directory.EnumerateFiles(Path.GetDirectoryName(Folder.File)!)
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).SelectMany(ReadShared).ToArray();
        secrets.Count(secret => files.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret.Reveal()["whsec_".Length..])) >= 0).Should().Be(0);
    }

    [Fact]
    public async Task A_destination_that_is_known_is_protected_once_and_again_when_it_was_forgotten()
    {
        var protector = new Counting();
        await using var node = Folder.Open(protector: protector);
        var destination = new StoredDestination
        {
            Id = new DestinationId(Guid.CreateVersion7()),
            Settings = new WebhookDestination { Url = "https://receiver.example/", Authentication = EndpointAuthentication.Bearer(Token) },
        };
        var request = Request() with { Targets = [DeliveryTarget.To(destination)] };
        await EnqueueAsync(node, request);
        await EnqueueAsync(node, Request() with { Targets = request.Targets });
        protector.Calls.Should().Be(1);

        await node.Store.EraseAsync(null, 1_000, CancellationToken.None);
        await EnqueueAsync(node, Request() with { Targets = request.Targets });

        protector.Calls.Should().Be(2);
        (await LeaseAsync(node)).Lanes.Single().Deliveries.Single().Destination!.Settings.Authentication.Should().NotBeNull();
    }

    private sealed class Counting : ISecretProtector
    {
        public int Calls { get; private set; }

        public ValueTask<byte[]> ProtectAsync(ReadOnlyMemory<byte> plaintext, SecretContext context, CancellationToken cancellationToken)
        {
            Calls++;
            return new(plaintext.ToArray());
        }

        public ValueTask<byte[]> UnprotectAsync(ReadOnlyMemory<byte> protectedBytes, SecretContext context, CancellationToken cancellationToken) =>
            new(protectedBytes.ToArray());
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
