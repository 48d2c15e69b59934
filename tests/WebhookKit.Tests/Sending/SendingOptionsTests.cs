using WebhookKit.Sending;

namespace WebhookKit.Tests.Sending;

public sealed class SendingOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => SendingOptionsValidator.Validate(new WebhookSendingOptions()).Should().BeEmpty();

    [Fact]
    public void All_faults_are_told_at_once_by_their_configuration_keys() =>
        SendingOptionsValidator.Validate(new WebhookSendingOptions
        {
            Timeout = TimeSpan.Zero,
            MaxTimeout = TimeSpan.FromHours(2),
            ConnectTimeout = TimeSpan.FromSeconds(-1),
            MaxResponseBodyBytes = -1,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            MaxConnectionsPerEndpoint = 0,
            Proxy = new Uri("socks5://proxy:1080"),
        }).Select(e => e.Field).Should().Equal(
            "Webhooks:Sending:Timeout", "Webhooks:Sending:MaxTimeout", "Webhooks:Sending:ConnectTimeout", "Webhooks:Sending:MaxResponseBodyBytes",
            "Webhooks:Sending:PooledConnectionLifetime", "Webhooks:Sending:MaxConnectionsPerEndpoint", "Webhooks:Sending:Proxy");

    [Fact]
    public void Timeouts_beyond_the_longest_contradict_it() =>
        SendingOptionsValidator.Validate(new WebhookSendingOptions { Timeout = TimeSpan.FromSeconds(90), ConnectTimeout = TimeSpan.FromSeconds(61) })
            .Select(e => (e.Code, e.Field)).Should().Equal(
                (WebhookErrorCode.Contradiction, "Webhooks:Sending:Timeout"), (WebhookErrorCode.Contradiction, "Webhooks:Sending:ConnectTimeout"));

    [Fact]
    public void A_proxys_credentials_do_not_belong_in_its_url() =>
        SendingOptionsValidator.Validate(new WebhookSendingOptions { Proxy = new Uri("http://user:hunter2@proxy:3128") })
            .Should().ContainSingle().Which.ToString().Should().NotContain("hunter2");
}
