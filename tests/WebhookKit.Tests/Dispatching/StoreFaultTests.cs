using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What the dispatcher does when the store fails, hides its answers or takes a lane away.</summary>
public sealed class StoreFaultTests
{
    [Fact]
    public async Task A_settlement_whose_answer_is_lost_is_repeated_and_the_request_is_not()
    {
        await using var host = await SettleWithLostAnswersAsync(() => new IOException("The connection broke after the commit."));

        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1007, "one line a change of state").And.ContainSingle(l => l.Id.Id == 1008);
    }

    [Fact]
    public async Task What_the_store_has_logged_itself_is_not_logged_again()
    {
        await using var host = await SettleWithLostAnswersAsync(() => new WebhookStoreException(StoreFault.Unavailable, "It went away.") { IsReported = true });

        host.LogLines.Lines.Should().NotContain(l => l.Id.Id == 1007 || l.Id.Id == 1008, "that is worth a line for those who look for details only");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_success_that_the_store_refuses_to_log_is_settled_all_the_same_and_sent_once(bool refusesAnyAttempt)
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("talks", (_, context) => context.Response.WriteAsync("an answer that the store cannot keep"));
        await using var host = await SenderHost.StartAsync();
        var talks = await host.SubscribeAsync(receiver.UrlOf("talks"));
        await host.SubscribeAsync(receiver.UrlOf("quiet"));
        host.Store.Refuses = s => refusesAnyAttempt ? s.Attempt is not null : s.Attempt?.ResponseBody is not null;
        for (var i = 0; i < 20; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.RequestsTo("talks").Select(r => r.Id).Should().HaveCount(20).And.OnlyHaveUniqueItems();
        receiver.RequestsTo("quiet").Select(r => r.Id).Should().HaveCount(20).And.OnlyHaveUniqueItems();
        (await host.DeliveriesAsync()).Should().OnlyContain(d => d.Status == DeliveryStatus.Delivered);
        if (!refusesAnyAttempt)
            (await host.DeliveriesAsync(new DeliveryQuery { AllTenants = true, Subscription = talks.Id })).Should().OnlyContain(d => d.LastStatusCode == 200);
    }

    [Fact]
    public async Task A_delivery_that_the_store_refuses_to_settle_in_any_form_rests()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(clock: new VirtualClock());
        await host.SubscribeAsync(receiver.UrlOf("s"));
        host.Store.Refuses = _ => true;
        await host.PublishAsync();
        await host.Store.UntilAsync(() => host.Store.Released == 1);
        await host.SubscribeAsync(receiver.UrlOf("other"), s => s with { Events = [EventPattern.Parse("other.happened")] });
        host.Store.Refuses = null;
        await host.PublishAsync("other.happened");
        await host.Store.UntilAsync(() => host.Store.Released == 2);

        receiver.RequestsTo("s").Should().ContainSingle("it must not be sent again and again");
    }

    [Fact]
    public async Task Log_sinks_and_meter_listeners_that_throw_stop_nothing()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None);
        // Known from the start: meters of other tests are still published when this host is gone.
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                // This host's meter only: other tests listen to theirs.
                if (instrument.Meter.Name == WebhookTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("A listener of the host's."));
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("A listener of the host's."));
        listener.Start();
        host.LogLines.IsBroken = true;
        var failures = 0;
        host.Store.Before = call =>
        {
            if (call is "lease" or "settle" && Interlocked.Increment(ref failures) <= 3)
                throw new IOException("The database is down.");
        };
        receiver.Answer("refuses", 500);
        await host.SubscribeAsync(receiver.UrlOf("accepts"));
        await host.SubscribeAsync(receiver.UrlOf("refuses"));
        for (var i = 0; i < 50; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.RequestsTo("accepts").Should().HaveCount(50);
        receiver.RequestsTo("refuses").Should().HaveCount(50);
        host.LogLines.IsBroken = false;
    }

    [Fact]
    public async Task A_store_that_does_not_lease_is_asked_again_until_it_does()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"));
        var failures = 0;
        host.Store.Before = call =>
        {
            if (call == "lease" && Interlocked.Increment(ref failures) <= 3)
                throw new IOException("The database is down.");
        };
        await host.PublishAsync();
        await host.PublishAsync();
        await host.Store.UntilAsync(() => Volatile.Read(ref failures) > 3);
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        // It is written when the lanes that were leased are at work already.
        await host.Store.UntilAsync(() => host.LogLines.Lines.Any(l => l.Id.Id == 1004));
        receiver.Requests.Should().HaveCount(3);
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1003).And.ContainSingle(l => l.Id.Id == 1004);
    }

    [Fact]
    public async Task A_refill_that_fails_gives_the_lane_back_and_loses_nothing()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"));
        var failures = 0;
        host.Store.Before = call =>
        {
            if (call == "refill" && Interlocked.Increment(ref failures) <= 2)
                throw new IOException("The database is down.");
        };
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 500).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray())));
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Select(r => r.Id).Should().HaveCount(500).And.OnlyHaveUniqueItems();
        failures.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_lost_lane_cancels_its_requests_and_charges_nobody()
    {
        var clock = new VirtualClock();
        var renewal = new WatchedTime(clock, TimeSpan.FromSeconds(15));
        await using var receiver = await TestReceiver.StartAsync();
        var hung = new TaskCompletionSource();
        var count = 0;
        receiver.Answer("s", async (_, context) =>
        {
            if (Interlocked.Increment(ref count) == 1)
                await hung.Task.WaitAsync(context.RequestAborted);
        });
        await using var host = await SenderHost.StartAsync(o =>
        {
            o.Sending.MaxTimeout = TimeSpan.FromMinutes(30);
            o.Sending.Timeout = TimeSpan.FromMinutes(20);
            o.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(45);
        }, clock, store: null, build: webhooks => webhooks.Services.AddSingleton<TimeProvider>(renewal));
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.PublishAsync();
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);
        await renewal.IsSet.WaitAsync(Happenings.Deadline);

        var lost = new TaskCompletionSource();
        host.Store.Renewing = lanes =>
        {
            host.Store.Renewing = null;
            lost.SetResult();
            return [.. lanes.Select(_ => RenewOutcome.Lost)];
        };
        clock.Advance(TimeSpan.FromSeconds(15));
        await lost.Task.WaitAsync(Happenings.Deadline);
        await host.Store.UntilEmptyAsync();

        host.Store.Settled.Select(s => s.Settlement.Action).Should().Equal(SettlementAction.Abandon, SettlementAction.Delivered);

        var delivery = await host.DeliveryAsync();
        delivery.Should().BeEquivalentTo(new { Status = DeliveryStatus.Delivered, AttemptsMade = 1 });
        (await host.Store.ListAttemptsAsync(delivery.Id, default)).Select(a => a.Outcome).Should().Equal(AttemptOutcome.Cancelled, AttemptOutcome.Delivered);
        receiver.Requests.Select(r => r.Id).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_send_starts_only_under_a_lease_that_outlasts_its_timeout()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(o =>
        {
            o.Sending.MaxTimeout = TimeSpan.FromMinutes(10);
            o.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(30);
        }, clock);
        await host.SubscribeAsync(receiver.UrlOf("patient"), s => s with { Timeout = TimeSpan.FromMinutes(5) });
        var renewed = new List<LaneRenewal>();
        host.Store.Renewing = lanes =>
        {
            renewed.AddRange(lanes);
            receiver.Requests.Should().BeEmpty("the lease is lengthened before anything is sent");
            return [.. lanes.Select(_ => RenewOutcome.Renewed)];
        };
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        renewed.Should().ContainSingle().Which.Lease.Should().BeGreaterThan(TimeSpan.FromMinutes(5));
        receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_failure_of_our_own_is_not_charged_to_the_receiver()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        var broken = true;
        var envelope = Envelope.Custom("moody", (writer, context) =>
        {
            if (broken)
                throw new InvalidOperationException("Out of order.");
            writer.WriteStartObject();
            context.WriteData("data");
            writer.WriteEndObject();
        });
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None, clock);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Envelope = envelope });
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();
        (await host.DeliveryAsync())
            .Should().BeEquivalentTo(new { Status = DeliveryStatus.Waiting, AttemptsMade = 0, LastOutcome = AttemptOutcome.SenderError });
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1021)
            .Which.Text.Should().Contain(nameof(InvalidOperationException)).And.NotContain("Out of order");

        broken = false;
        clock.Advance((await host.DeliveryAsync()).DueAt!.Value - clock.GetUtcNow());
        await host.Store.UntilEmptyAsync();

        (await host.DeliveryAsync()).Should().BeEquivalentTo(new { Status = DeliveryStatus.Delivered, AttemptsMade = 1 });
        receiver.Requests.Should().ContainSingle();
    }

    /// <summary>Has one delivery sent whose settlement takes effect, while its answer is lost twice.</summary>
    private static async Task<SenderHost> SettleWithLostAnswersAsync(Func<Exception> lost)
    {
        await using var receiver = await TestReceiver.StartAsync();
        var host = await SenderHost.StartAsync();
        await host.SubscribeAsync(receiver.UrlOf("s"));
        var failures = 0;
        host.Store.After = call =>
        {
            if (call == "settle" && Interlocked.Increment(ref failures) <= 2)
                throw lost();
        };
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();
        await host.Store.UntilAsync(() => host.Store.Settled.Count == 3);

        receiver.Requests.Should().ContainSingle();
        host.Store.Settled.Select(s => s.Result).Should().Equal(SettleOutcome.Applied, SettleOutcome.Applied, SettleOutcome.Applied);
        (await host.Store.ListAttemptsAsync((await host.DeliveryAsync()).Id, default)).Should().ContainSingle();
        return host;
    }
}
