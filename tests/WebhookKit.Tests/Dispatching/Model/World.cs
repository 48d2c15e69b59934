using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching.Model;

/// <summary>A host that sends in virtual time, and beside it the model: what must become of what is published, by the promises alone.</summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(50), TimeSpan.FromMinutes(10)];

    private readonly IHost _host;
    private readonly CrashingStore _store;
    private readonly WebhookTestHarness _harness;
    private readonly IWebhookSubscriptions _subscriptions;
    private readonly List<ModelSubscription> _all = [];
    private readonly HashSet<string> _cancelled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _resent = new(StringComparer.Ordinal);
    private readonly HashSet<(string Message, SubscriptionId Subscription)> _accepted = [];
    private readonly Queue<Step> _meanwhile = new();

    private World(IHost host, CrashingStore store)
    {
        _host = host;
        _store = store;
        _harness = host.Services.GetRequiredService<WebhookTestHarness>();
        _subscriptions = host.Services.GetRequiredService<IWebhookSubscriptions>();
        _harness.Respond(Answer);
    }

    public static async Task<World> StartAsync()
    {
        var clock = new VirtualClock();
        var store = new CrashingStore(new InMemoryStore(new InMemoryStoreOptions(), clock));
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.ClearProviders();
        builder.Services.AddWebhooks().AddEvent("thing.happened").UseStore(_ => store);
        builder.Services.AddWebhooksTestHarness(clock);
        var world = new World(builder.Build(), store);
        await world._host.StartAsync();
        foreach (var order in Enum.GetValues<DeliveryOrder>())
            await world.SubscribeAsync(order);
        return world;
    }

    /// <summary>Lets a step happen, and everything that it brings about at once.</summary>
    public async Task RunAsync(Step step)
    {
        if (step.MeanwhileSending)
            _meanwhile.Enqueue(step);
        else
            await TakeAsync(step);
        await _harness.AdvanceAsync(TimeSpan.Zero);
        await FollowBlockedAsync();
    }

    /// <summary>Everything recovers: receivers accept, nobody dies, what is paused goes on, until nothing waits.</summary>
    public async Task HealAsync()
    {
        _meanwhile.Clear();
        (_store.Crashes, _store.LeaseCrashes) = (0, 0);
        foreach (var s in _all)
        {
            s.Refusals = 0;
            if (s.Status == SubscriptionStatus.Paused)
                await SetStatusAsync(s, SubscriptionStatus.Active);
        }

        await _harness.DrainAsync();
        await FollowBlockedAsync();
        _all.Should().NotContain(s => s.Status == SubscriptionStatus.Paused, "nothing is refused any more, so nothing is exhausted");
    }

    /// <summary>Nothing is lost: each publish to each subscription has one delivery of its own, ended as the promises say.</summary>
    public async Task CheckAsync()
    {
        foreach (var s in _all)
        {
            var records = await DeliveriesAsync(s);
            records.Where(r => r.Repeats is null).Select(r => r.MessageId).Order(StringComparer.Ordinal)
                .Should().Equal(s.Expected.Order(StringComparer.Ordinal), "every message has one delivery of its own");
            foreach (var record in records)
                Explain(record, s).Should().BeNull("{0} of {1} ({2}) ended as {3} {4}", record.Id, record.MessageId, s.Order, record.Status, record.DeadReason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>What is wrong with how a delivery ended; null if nothing is.</summary>
    private string? Explain(DeliveryRecord record, ModelSubscription s) => record.Status switch
    {
        DeliveryStatus.Waiting => "it still waits",
        DeliveryStatus.Delivered => _accepted.Contains((record.MessageId, s.Id)) ? null : "nobody accepted it",
        DeliveryStatus.Cancelled => s.Stopped.Contains(record.MessageId) || _cancelled.Contains(record.MessageId) ? null : "nobody cancelled it",
        _ when Accepted(record, s) => "it was accepted, and no worker died over it",
        _ when record.DeadReason == DeadReason.Suspect => _store.ExpiriesOf(LaneId.Of(s.Id)) >= 3 ? null : "no three workers died over its lane",
        _ when record.DeadReason != DeadReason.Exhausted => "there is no such reason here",
        _ when s.Order == DeliveryOrder.BlockOnExhausted => "it must block",
        _ => record.AttemptsMade >= ModelSubscription.AttemptsAllowed ? null : "it has attempts left",
    };

    private bool Accepted(DeliveryRecord record, ModelSubscription s) =>
        _accepted.Contains((record.MessageId, s.Id)) && !_resent.Contains(record.MessageId) && !_store.Swallowed.Contains(record.Id);

    private async Task SubscribeAsync(DeliveryOrder order)
    {
        var stored = await _subscriptions.CreateAsync(new Subscription
        {
            Url = $"https://{order}.example/hooks",
            Events = [EventPattern.All],
            Order = order,
            Retry = RetryPolicy.Fixed(ModelSubscription.AttemptsAllowed - 1, TimeSpan.FromSeconds(30)),
        });
        _all.Add(new ModelSubscription(stored));
    }

    private async Task TakeAsync(Step step)
    {
        var s = _all[step.Number % _all.Count];
        switch (step.Kind)
        {
            case StepKind.Publish:
                await PublishAsync();
                break;
            case StepKind.Wait when !step.MeanwhileSending:
                await _harness.AdvanceAsync(Waits[step.Number % Waits.Length]);
                break;
            case StepKind.Fail:
                s.Refusals += 1 + (step.Number / _all.Count % 4);
                break;
            case StepKind.Pause:
                await SetStatusAsync(s, SubscriptionStatus.Paused);
                break;
            case StepKind.Activate:
                await SetStatusAsync(s, SubscriptionStatus.Active);
                break;
            case StepKind.Deactivate:
                await SetStatusAsync(s, SubscriptionStatus.Inactive);
                break;
            case StepKind.Remove:
                await _subscriptions.RemoveAsync(s.Id);
                s.Status = null;
                s.Stopped.UnionWith(s.Expected);
                break;
            case StepKind.Rotate:
                s.Secrets = (await _subscriptions.RotateSecretAsync(s.Id, overlap: TimeSpan.Zero))?.Secrets ?? s.Secrets;
                break;
            case StepKind.Crash:
                _store.Crashes++;
                break;
            case StepKind.CrashAtLease:
                _store.LeaseCrashes++;
                break;
            case StepKind.ArriveLate:
                await _store.ArriveLateAsync();
                break;
            case StepKind.Resend:
                await ResendAsync(step.Number);
                break;
            case StepKind.Cancel:
                await CancelAsync(s, step.Number);
                break;
        }
    }

    private async Task PublishAsync()
    {
        var published = await _host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        foreach (var s in _all.Where(s => s.Status is SubscriptionStatus.Active or SubscriptionStatus.Paused))
            s.Expected.Add(published.MessageId);
    }

    private async Task SetStatusAsync(ModelSubscription s, SubscriptionStatus status)
    {
        if (s.Status is null)
            return;
        await _subscriptions.SetStatusAsync(s.Id, status);
        s.Status = status;
        if (status == SubscriptionStatus.Inactive)
            s.Stopped.UnionWith(s.Expected);
    }

    private async Task ResendAsync(int number)
    {
        var all = (await _store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 1000 }, default)).Items;
        if (all.Count == 0)
            return;
        var record = all[number % all.Count];
        _resent.Add(record.MessageId);
        await _host.Services.GetRequiredService<IWebhookOperations>().ResendAsync(record.Id);
    }

    private async Task CancelAsync(ModelSubscription s, int number)
    {
        if (s.Expected.Count == 0)
            return;
        var message = s.Expected[number % s.Expected.Count];
        _cancelled.Add(message);
        await _host.Services.GetRequiredService<IWebhookOperations>().CancelMessageAsync(message);
    }

    /// <summary>A receiver. It is here that the promises about what is sent are held.</summary>
    private SimulatedAnswer Answer(SentWebhook sent)
    {
        var s = _all.Single(s => sent.Url.Equals(new Uri(s.Url)));
        s.Status.Should().Be(SubscriptionStatus.Active, "nothing is sent to a subscription that is not active");
        var verifier = new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = _harness.Clock });
        verifier.Verify(sent.Body.Span, sent.Headers, s.Secrets).IsValid.Should().BeTrue("requests are signed with the current secret");
        if (s.Order != DeliveryOrder.None && !_resent.Contains(sent.MessageId))
            CheckOrder(sent.MessageId, s);
        if (_meanwhile.TryDequeue(out var step))
            TakeAsync(step).GetAwaiter().GetResult();
        if (s.Refusals > 0)
        {
            s.Refusals--;
            return 503;
        }

        _accepted.Add((sent.MessageId, s.Id));
        return 200;
    }

    private void CheckOrder(string message, ModelSubscription s)
    {
        var place = s.Expected.IndexOf(message);
        var before = DeliveriesAsync(s).GetAwaiter().GetResult().Where(r => r.Repeats is null && s.Expected.IndexOf(r.MessageId) < place);
        before.Should().NotContain(r => r.Status == DeliveryStatus.Waiting, "what was published before goes before");
        if (s.Order == DeliveryOrder.BlockOnExhausted)
            before.Should().NotContain(r => r.DeadReason == DeadReason.Exhausted, "what cannot be delivered blocks what comes after");
    }

    /// <summary>A subscription in order without a gap pauses itself.</summary>
    private async Task FollowBlockedAsync()
    {
        foreach (var s in _all.Where(s => s is { Order: DeliveryOrder.BlockOnExhausted, Status: SubscriptionStatus.Active }))
            s.Status = (await _subscriptions.FindAsync(s.Id))!.Status;
    }

    private async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync(ModelSubscription s) =>
        (await _store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Subscription = s.Id, Limit = 1000 }, default)).Items;
}
