using Microsoft.Extensions.Configuration;
using WebhookKit.Retry;

namespace WebhookKit.Tests.Retry;

public sealed class RetryOptionsTests
{
    [Fact]
    public void The_defaults_are_valid_and_mean_Standard_Webhooks()
    {
        var options = new RetryOptions();

        RetryOptionsValidator.Validate(options).Should().BeEmpty();
        options.ToPolicy().Should().Be(RetryPolicy.StandardWebhooks);
        options.MaxAge.Should().Be(TimeSpan.FromDays(30));
        new RetryOptions { Schedule = [] }.ToPolicy().Should().Be(RetryPolicy.StandardWebhooks);
    }

    [Fact]
    public void A_schedule_from_configuration_replaces_the_default()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Schedule:0"] = "00:00:01", ["Schedule:1"] = "00:00:02", ["Jitter"] = "0", ["MaxAge"] = "1.00:00:00",
        }).Build();

        var options = configuration.Get<RetryOptions>()!;

        RetryOptionsValidator.Validate(options).Should().BeEmpty();
        options.ToPolicy().Should().Be(RetryPolicy.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)) with { Jitter = 0 });
        options.MaxAge.Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public void All_faults_are_told_at_once_by_their_configuration_keys() =>
        RetryOptionsValidator.Validate(new RetryOptions { Schedule = [TimeSpan.FromSeconds(1), TimeSpan.Zero], Jitter = -1, MaxAge = TimeSpan.Zero })
            .Select(e => e.Field).Should().Equal("Webhooks:Retry:Jitter", "Webhooks:Retry:MaxAge", "Webhooks:Retry:Schedule:1");

    [Fact]
    public void A_schedule_longer_than_the_maximum_age_contradicts_it_and_one_as_long_does_not()
    {
        var options = new RetryOptions { Schedule = [TimeSpan.FromHours(20), TimeSpan.FromHours(20)], MaxAge = TimeSpan.FromHours(40) };
        RetryOptionsValidator.Validate(options).Should().BeEmpty();

        options.MaxAge -= TimeSpan.FromTicks(1);

        var error = RetryOptionsValidator.Validate(options).Should().ContainSingle().Subject;
        (error.Code, error.Field).Should().Be((WebhookErrorCode.Contradiction, "Webhooks:Retry:Schedule"));
        error.Problem.Should().Contain("MaxAge (1.15:59:59.9999999)");
        error.Remedy.Should().Contain("MaxAge");
    }
}
