using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.DependencyInjection;

[SuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
public sealed class WebhookOptionsTests
{
    [Fact]
    public async Task The_defaults_are_valid()
    {
        using var host = TestHost.Build();

        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public void Every_section_is_bound()
    {
        using var host = TestHost.Build(
            null,
            ("Tenants:RequireTenant", "true"), ("Publishing:MaxBodyBytes", "1024"),
            ("Publishing:MessageIdPrefix", "wh-"), ("Publishing:MessageIdHyphens", "true"), ("Publishing:IdempotencyLifetime", "2.00:00:00"),
            ("Sending:Timeout", "00:00:07"), ("Sending:Proxy", "http://proxy:3128"), ("Sending:MaxConnectionsPerEndpoint", "4"),
            ("Retry:Jitter", "0.5"), ("Retry:MaxAge", "2.00:00:00"), ("dispatcher:maxconcurrency", "32"),
            ("Egress:AllowHttpToLoopback", "true"), ("InMemory:MaxMessages", "5"),
            ("Retention:Data", "3.00:00:00"), ("Retention:Log", "4.00:00:00"), ("Retention:Interval", "00:05:00"),
            ("Envelopes:CacheBytes", "99"), ("Envelopes:TenantValuesTimeout", "00:00:02"));

        var o = host.Options();

        (o.Tenants.RequireTenant, o.Publishing.MaxBodyBytes, o.Publishing.MessageIdPrefix, o.Publishing.MessageIdHyphens)
            .Should().Be((true, 1024, "wh-", true));
        o.Publishing.IdempotencyLifetime.Should().Be(TimeSpan.FromDays(2));
        (o.Sending.Timeout, o.Sending.Proxy, o.Sending.MaxConnectionsPerEndpoint).Should().Be((TimeSpan.FromSeconds(7), new Uri("http://proxy:3128"), 4));
        (o.Retry.Jitter, o.Retry.MaxAge, o.Dispatcher.MaxConcurrency, o.Egress.AllowHttpToLoopback, o.InMemory.MaxMessages)
            .Should().Be((0.5, TimeSpan.FromDays(2), 32, true, 5));
        (o.Retention.Data, o.Retention.Log, o.Retention.Interval).Should().Be((TimeSpan.FromDays(3), TimeSpan.FromDays(4), TimeSpan.FromMinutes(5)));
        (o.Envelopes.CacheBytes, o.Envelopes.TenantValuesTimeout).Should().Be((99, TimeSpan.FromSeconds(2)));
        host.Services.GetRequiredService<RetryOptions>().Should().BeSameAs(o.Retry);
        host.Services.GetRequiredService<TenantOptions>().Should().BeSameAs(o.Tenants);
    }

    [Fact]
    public void What_only_code_can_set_is_no_key()
    {
        using var host = TestHost.Build(null, ("Publishing:MessageIdFormatter", "x"));

        host.Invoking(h => h.Options()).Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle()
            .Which.Should().StartWith("Webhooks:Publishing:MessageIdFormatter: There is no such setting.");
    }

    [Fact]
    public void A_configured_schedule_takes_the_place_of_the_default()
    {
        using var host = TestHost.Build(null, ("Retry:Schedule:0", "00:00:01"), ("Retry:Schedule:1", "00:00:02"));

        host.Options().Retry.Schedule.Should().Equal(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Code_wins_over_configuration_wherever_it_stands()
    {
        var builder = TestHost.Builder(configuration: [("Publishing:MaxBodyBytes", "1"), ("Retry:Jitter", "0.1"), ("Dispatcher:MaxConcurrency", "99")]);
        builder.Services.Configure<WebhookOptions>(o => o.Publishing.MaxBodyBytes = 2);
        builder.Services.AddWebhooks(o => o.Retry.Jitter = 0.2);
        using var host = builder.Build();

        var o = host.Options();

        (o.Publishing.MaxBodyBytes, o.Retry.Jitter, o.Dispatcher.MaxConcurrency).Should().Be((2, 0.2, 99));
    }

    [Fact]
    public async Task The_faults_of_all_rooms_stop_the_host_together_each_with_its_key()
    {
        var builder = TestHost.Builder(configuration:
        [
            ("Retyr:Jitter", "0.1"), ("Retry:Jiter", "0.1"), ("Retry:Jitter", "2"), ("Publishing:MaxBodyBytes", "0"), ("Publishing:MessageIdPrefix", "a.b"),
            ("Sending:Timeout", "00:02:00"), ("Dispatcher:MaxConcurrency", "0"), ("Dispatcher:ShutdownGrace", "00:00:28"),
            ("InMemory:MaxMessages", "0"), ("Envelopes:CacheBytes", "-1"), ("Envelopes:TenantValuesTimeout", "00:00:31"), ("Egress:AllowHttp", "maybe"),
            ("Retention:Interval", "00:00:59"),
        ]);
        builder.Services.AddWebhooks(o => o.Subscriptions.Schemes = [null!])
            .AddEvent("twice").AddEvent("twice").AddEvent<InspectionCompleted>("bad name")
            .AddEvent("grouped", e => e.Group = "").AddEvent<Colliding>("names.collide");

        var faults = await builder.Build().FaultsAsync();

        faults.Select(f => f.Split(": ")[0]).Should().BeEquivalentTo(
            "Webhooks:Retyr", "Webhooks:Retry:Jiter", "Webhooks:Retry:Jitter",
            "Webhooks:Egress", "Webhooks:Publishing:MaxBodyBytes", "Webhooks:Publishing:MessageIdPrefix",
            "Webhooks:Sending:Timeout", "Webhooks:Dispatcher:MaxConcurrency", "Webhooks:Dispatcher:MaxConcurrencyPerSubscription",
            "Webhooks:Dispatcher:ShutdownGrace",
            "Webhooks:Retention:Interval",
            "Webhooks:Envelopes:CacheBytes", "Webhooks:Envelopes:TenantValuesTimeout", "Webhooks:InMemory:MaxMessages", "WebhookOptions.Subscriptions.Schemes",
            "AddEvent(twice)", "AddEvent(InspectionCompleted)", "AddEvent(grouped).Group", "AddEvent(Colliding)");
        faults.Should().OnlyContain(f => f.EndsWith('.'), "a remedy comes last")
            .And.Contain(f => f.Contains("'Webhooks:Egress:AllowHttp'"), "the binder names the key it could not read");
    }

    [Fact]
    public async Task A_type_that_the_hosts_serialiser_options_do_not_know_stops_the_host()
    {
        var builder = TestHost.Builder();
        builder.Services.AddWebhooks(o => o.JsonSerializerOptions = new System.Text.Json.JsonSerializerOptions { TypeInfoResolver = EventContracts.Default })
            .AddEvent<InspectionCompleted>("inspection.completed").AddEvent<Moved>("car.moved");

        (await builder.Build().FaultsAsync()).Should().ContainSingle().Which.Should().StartWith("AddEvent(Moved): ").And.Contain("JsonTypeInfo");
    }

    [Theory]
    [InlineData("Retyr:Jitter", "Webhooks:Retyr", "Retry")]
    [InlineData("Retry:Shedule:0", "Webhooks:Retry:Shedule", "Schedule")]
    [InlineData("Subscriptions:Schemes:0", "Webhooks:Subscriptions", "Publishing")]
    [InlineData("JsonSerializerOptions", "Webhooks:JsonSerializerOptions", "Sending")]
    public async Task A_key_that_is_no_setting_is_named_with_those_that_are(string key, string fault, string remedy) =>
        (await TestHost.Build(null, (key, "1")).FaultsAsync()).Should().ContainSingle().Which.Should().StartWith($"{fault}: ").And.Contain(remedy);

    [Fact]
    public async Task Settings_that_a_type_cannot_take_are_a_fault_in_code_too() =>
        (await TestHost.Build(o => (o.Subscriptions.Envelope, o.Subscriptions.Success) = (null!, null!)).FaultsAsync())
            .Select(f => f.Split(": ")[0]).Should().Equal("WebhookOptions.Subscriptions.Envelope", "WebhookOptions.Subscriptions.Success");

    [Theory]
    [InlineData(24.999, true, true)]
    [InlineData(25, true, true)]
    [InlineData(25.001, true, false)]
    [InlineData(25.001, false, true)]
    public async Task The_shutdown_grace_must_fit_the_hosts_own(double seconds, bool enabled, bool fits)
    {
        var builder = TestHost.Builder();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddWebhooks(o => (o.Dispatcher.ShutdownGrace, o.Dispatcher.Enabled) = (TimeSpan.FromSeconds(seconds), enabled));

        if (!fits)
        {
            (await builder.Build().FaultsAsync()).Should().ContainSingle()
                .Which.Should().StartWith("Webhooks:Dispatcher:ShutdownGrace").And.Contain("HostOptions.ShutdownTimeout");
            return;
        }

        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }

    [Theory]
    [InlineData(null, 64)]
    [InlineData("0", 0)]
    [InlineData("255", 255)]
    [InlineData("256", null)]
    [InlineData("-1", null)]
    public async Task Room_for_first_attempts_leaves_room_for_retries(string? configured, int? reserved)
    {
        var host = TestHost.Build(null, ("Dispatcher:ReservedForFirstAttempts", configured));

        if (reserved is null)
            (await host.FaultsAsync()).Should().ContainSingle().Which.Should().StartWith("Webhooks:Dispatcher:ReservedForFirstAttempts: ");
        else
            host.Options().Dispatcher.Reserved.Should().Be(reserved);
        host.Dispose();
    }

    [Fact]
    public void Without_a_host_the_faults_come_with_the_first_use()
    {
        var services = new ServiceCollection();
        services.AddWebhooks(o => o.Publishing.MaxBodyBytes = 0).AddEvent("twice").AddEvent("twice");
        using var provider = services.BuildServiceProvider();

        FluentActions.Invoking(() => provider.GetRequiredService<IWebhookPublisher>())
            .Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(30, 30, 90)]
    [InlineData(2, 2, 2)]
    [InlineData(30, 29.9, 90, "Data")]
    [InlineData(31, 30, 90, "Data")]
    [InlineData(30, 40, 39, "Log")]
    [InlineData(30, 29, 28, "Data", "Log")]
    [InlineData(30, 30, 3651, "Log")]
    public void The_log_is_kept_at_least_as_long_as_the_data_and_the_data_as_long_as_a_delivery_may_wait(
        double maxAge, double data, double log, params string[] faults)
    {
        var options = new RetentionOptions { Data = TimeSpan.FromDays(data), Log = TimeSpan.FromDays(log) };

        options.Check(TimeSpan.FromDays(maxAge)).Select(e => e.Field).Should().Equal(faults.Select(f => "Webhooks:Retention:" + f));
    }
}
