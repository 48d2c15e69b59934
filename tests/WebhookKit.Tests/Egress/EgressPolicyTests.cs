using System.Net;
using WebhookKit.Egress;

namespace WebhookKit.Tests.Egress;

public sealed class EgressPolicyTests
{
    private static readonly DefaultEgressPolicy Default = Create(new EgressOptions());
    private static readonly DefaultEgressPolicy Development = Create(new EgressOptions { AllowHttpToLoopback = true });
    private static readonly DefaultEgressPolicy Plain = Create(new EgressOptions { AllowHttp = true });

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("https://example.com:8443/hooks/1?token=x")]
    [InlineData("HTTPS://EXAMPLE.COM/")]
    public void Https_urls_are_allowed(string url) => Default.CheckUrl(new Uri(url)).Should().BeNull();

    [Theory]
    [InlineData("/hooks")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    [InlineData("mailto:a@example.com")]
    [InlineData("https://user:pass@example.com/")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://example.com/#part")]
    public void Urls_that_no_policy_can_allow_are_refused(string url)
    {
        foreach (var policy in new[] { Default, Development, Plain })
            policy.CheckUrl(new Uri(url, UriKind.RelativeOrAbsolute))!.Code.Should().Be(WebhookErrorCode.InvalidUrl);
    }

    [Fact]
    public void A_refusal_does_not_repeat_user_info() =>
        Default.CheckUrl(new Uri("https://user:hunter2@example.com/"))!.ToString().Should().NotContain("hunter2");

    [Theory]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://api.localhost/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.9.9.9/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.2]/")]
    public void The_development_switch_allows_plain_http_to_this_machine(string url)
    {
        Development.CheckUrl(new Uri(url)).Should().BeNull();
        Default.CheckUrl(new Uri(url)).Should().NotBeNull();
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("http://localhost.example.com/")]
    [InlineData("http://notlocalhost/")]
    [InlineData("http://128.0.0.1/")]
    [InlineData("http://10.0.0.1/")]
    public void The_development_switch_allows_plain_http_to_nowhere_else(string url)
    {
        Development.CheckUrl(new Uri(url)).Should().NotBeNull();
        Plain.CheckUrl(new Uri(url)).Should().BeNull();
    }

    [Fact]
    public void Over_plain_http_the_address_must_be_loopback_whatever_the_name()
    {
        var origin = new Uri("http://localhost/");

        Development.CheckAddress(origin, IPAddress.Loopback).Should().BeNull();
        Development.CheckAddress(origin, IPAddress.IPv6Loopback).Should().BeNull();
        Development.CheckAddress(origin, IPAddress.Parse("203.0.113.7")).Should().NotBeNull();
        Development.CheckAddress(new Uri("https://example.com/"), IPAddress.Parse("203.0.113.7")).Should().BeNull();
        Plain.CheckAddress(origin, IPAddress.Parse("203.0.113.7")).Should().BeNull();
        Default.CheckAddress(origin, IPAddress.Loopback).Should().NotBeNull();
    }

    private static DefaultEgressPolicy Create(EgressOptions options) => new DefaultEgressPolicy(options);
}
