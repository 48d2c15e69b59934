using System.Diagnostics;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What goes over the wire, checked by a program that knows nothing of this library.</summary>
public sealed class StrangerTests
{
    [Fact]
    public async Task Openssl_computes_the_signature_that_was_sent()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync();
        var key = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        await host.SubscribeAsync(
            receiver.UrlOf("s"), s => s with { Secrets = WebhookSecrets.Of(WebhookSecret.Parse("whsec_" + Convert.ToBase64String(key))) });
        await host.PublishAsync(json: """{"name":"Zoë","emoji":"🚀"}""");
        await host.Store.UntilEmptyAsync();

        var request = receiver.Requests.Should().ContainSingle().Subject;
        var start = new ProcessStartInfo("openssl", ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + Convert.ToHexStringLower(key), "-binary"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var openssl = Process.Start(start)!;
        await using (var input = openssl.StandardInput)
        {
            await input.WriteAsync($"{request.Id}.{request.Header("webhook-timestamp")}.");
            await input.FlushAsync();
            await input.BaseStream.WriteAsync(request.Body);
        }

        using var mac = new MemoryStream();
        await openssl.StandardOutput.BaseStream.CopyToAsync(mac);
        await openssl.WaitForExitAsync();
        openssl.ExitCode.Should().Be(0);
        request.Header("webhook-signature").Should().Be("v1," + Convert.ToBase64String(mac.ToArray()));
    }
}
