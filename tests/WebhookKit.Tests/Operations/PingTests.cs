using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookKit.Testing;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Operations;

public sealed class PingTests : IAsyncDisposable
{
    private readonly VirtualClock _clock = new();
    private TestReceiver? _receiver;
    private SenderHost? _host;

    private IWebhookOperations Operations => _host!.Services.GetRequiredService<IWebhookOperations>();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData(SubscriptionStatus.Active)]
    [InlineData(SubscriptionStatus.Paused)]
    [InlineData(SubscriptionStatus.Inactive)]
    [InlineData(SubscriptionStatus.Disabled)]
    public async Task A_ping_is_one_signed_request_at_once_whatever_the_status(SubscriptionStatus status)
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(
            _receiver!.UrlOf("s"),
            s => s with
            {
                Tenant = "acme", Status = status, Events = [EventPattern.Parse("other.happened")], Authentication = EndpointAuthentication.Bearer("token"),
            });

        var result = (await Operations.PingAsync(subscription.Id))!;

        (result.Outcome, result.StatusCode, result.Detail).Should().Be((AttemptOutcome.Delivered, 200, null));
        var request = _receiver.Requests.Should().ContainSingle().Subject;
        (request.Id, request.Header("authorization")).Should().Be((result.MessageId, "Bearer token"));
        Encoding.UTF8.GetString(request.Body).Should().Be("""{"type":"webhook.ping","timestamp":"2030-01-01T00:00:00Z","data":{}}""");
        new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = _clock })
            .ConstructEvent(request.Body, request.Headers, subscription.Secrets).Type.Should().Be(PingResult.EventType);
        (await _host.DeliveriesAsync()).Should().BeEmpty();
        (await _host.Store.ListMessagesAsync(new MessageQuery { AllTenants = true }, default)).Items.Should().BeEmpty();
        (await _host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(status);
    }

    [Fact]
    public async Task A_failure_says_what_came_back_and_neither_repeats_nor_disables()
    {
        await StartAsync();
        _receiver!.Answer("s", async (_, context) =>
        {
            context.Response.StatusCode = 410;
            await context.Response.Body.WriteAsync("moved on"u8.ToArray());
        });
        var subscription = await _host!.SubscribeAsync(_receiver.UrlOf("s"));

        var result = (await Operations.PingAsync(subscription.Id))!;
        _clock.Advance(TimeSpan.FromHours(1));

        (result.Outcome, result.StatusCode, result.ResponseBody).Should().Be((AttemptOutcome.RefusedByStatus, 410, "moved on"));
        _receiver.Requests.Should().ContainSingle();
        (await _host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Active);
    }

    [Fact]
    public async Task A_ping_ends_with_the_subscriptions_timeout()
    {
        await StartAsync();
        _receiver!.Answer("s", (_, context) => HangAsync(context.RequestAborted));
        var subscription = await _host!.SubscribeAsync(_receiver.UrlOf("s"), s => s with { Timeout = TimeSpan.FromSeconds(7) });

        var pinging = Operations.PingAsync(subscription.Id);
        await _receiver.UntilAsync(() => _receiver.Requests.Length == 1);
        _clock.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1));
        pinging.IsCompleted.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));

        (await pinging)!.Outcome.Should().Be(AttemptOutcome.TimedOut);
    }

    [Fact]
    public async Task The_callers_token_cuts_a_ping_short()
    {
        await StartAsync();
        _receiver!.Answer("s", (_, context) => HangAsync(context.RequestAborted));
        var subscription = await _host!.SubscribeAsync(_receiver.UrlOf("s"));
        using var cancel = new CancellationTokenSource();

        var pinging = Operations.PingAsync(subscription.Id, cancel.Token);
        await _receiver.UntilAsync(() => _receiver.Requests.Length == 1);
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => pinging).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_ping_goes_nowhere_the_egress_policy_forbids()
    {
        await StartAsync(allowsLoopback: true);
        var subscription = await _host!.SubscribeAsync(_receiver!.UrlOf("s"));
        _host.Services.GetRequiredService<EgressOptions>().AllowHttpToLoopback = false;

        var result = (await Operations.PingAsync(subscription.Id))!;

        result.Outcome.Should().Be(AttemptOutcome.BlockedByEgress);
        _receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task What_the_hosts_code_throws_shows_as_our_own_failure_and_without_its_message()
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(
            _receiver!.UrlOf("s"),
            s => s with { Authentication = EndpointAuthentication.Delegate((_, _) => throw new InvalidOperationException("the SECRET is…")) });

        var result = (await Operations.PingAsync(subscription.Id))!;

        result.Outcome.Should().Be(AttemptOutcome.SenderError);
        result.Detail.Should().Contain("InvalidOperationException").And.NotContain("SECRET");
        _host.LogLines.Lines.Should().Contain(l => l.Level == LogLevel.Error && l.Id.Id == 1405).And.NotContain(l => l.Text.Contains("SECRET"));
    }

    [Fact]
    public async Task There_may_be_no_such_subscription()
    {
        await StartAsync();

        (await Operations.PingAsync(new SubscriptionId(Guid.NewGuid()))).Should().BeNull();
    }

    private static async Task HangAsync(CancellationToken aborted) =>
        await Task.Delay(Timeout.Infinite, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task StartAsync(bool allowsLoopback = true)
    {
        _receiver = await TestReceiver.StartAsync();
        _host = await SenderHost.StartAsync(o => o.Egress.AllowHttpToLoopback = allowsLoopback, _clock);
    }
}
