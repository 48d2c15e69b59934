using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using static WebhookKit.Tests.Sending.SendingHost;

namespace WebhookKit.Tests.Sending;

public sealed class TlsTests
{
    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_a_TLS_failure()
    {
        using var certificate = SelfSigned();
        await using var receiver = await Receiver.StartAsync(certificate: certificate);
        await using var host = Create();

        var result = await host.SendAsync(receiver.Url);

        result.Outcome.Should().Be(AttemptOutcome.TlsFailure);
        result.ErrorType.Should().Be("secure_connection_error");
        result.Detail.Should().Contain("certificate");
        receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS_is_a_TLS_failure()
    {
        await using var server = RawServer.Serving(connection => connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        await using var host = Create();

        (await host.SendAsync(new Uri($"https://127.0.0.1:{server.Port}/"))).Outcome.Should().Be(AttemptOutcome.TlsFailure);
    }

    [Fact]
    public async Task Over_TLS_HTTP_2_is_spoken_and_the_hosts_own_settings_of_our_handler_hold()
    {
        using var certificate = SelfSigned();
        await using var receiver = await Receiver.StartAsync(certificate: certificate);
        await using var host = Create(client: client => client.ConfigurePrimaryHttpMessageHandler((handler, _) =>
            ((SocketsHttpHandler)handler).SslOptions.RemoteCertificateValidationCallback = (_, received, _, _) => certificate.Equals(received)));

        (await host.SendAsync(receiver.Url)).Outcome.Should().Be(AttemptOutcome.Delivered);

        receiver.Only.Protocol.Should().Be("HTTP/2");
        receiver.Only.Headers["webhook-signature"].Should().Be("8.1./hook");
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=receiver", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
