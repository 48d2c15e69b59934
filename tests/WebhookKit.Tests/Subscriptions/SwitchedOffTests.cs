using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Tests.Dispatching;
using WebhookKit.Tests.Publishing;
using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.Subscriptions;

/// <summary>What becomes of what waits when a subscription is switched off, and the cancelling fails or somebody comes in between.</summary>
public sealed class SwitchedOffTests : IAsyncDisposable
{
    private readonly FaultySubscriptions _subscriptions = new();
    private readonly LogLines _lines = new();
    private readonly PublishingHost _host;
    private Action _cancelling = () => { };

    public SwitchedOffTests() => _host = new PublishingHost(build: b =>
    {
        b.UseSubscriptionStore(_ => _subscriptions);
        b.UseStore(sp => TamperedStore.Of(
            new InMemoryStore(sp.GetRequiredService<InMemoryStoreOptions>(), sp.GetRequiredService<TimeProvider>()),
            (call, _, right) =>
            {
                if (string.Equals(call, nameof(IDeliveryQueue.CancelAsync), StringComparison.Ordinal))
                    _cancelling();
                return right();
            }));
        b.Services.AddLogging(l => l.AddProvider(_lines));
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_change_stands_if_the_cancelling_fails_and_the_rest_is_left_to_its_turn_or_to_the_next_call(bool removed)
    {
        var subscription = await WaitingAsync(1_100);
        var batches = 0;
        _cancelling = () =>
        {
            if (++batches > 1)
                throw new IOException("The connection broke.");
        };

        await SwitchOffAsync(subscription.Id, removed);

        (await CountAsync()).Should().Be((600, 500));
        _lines.Lines.Should().ContainSingle(l => l.Level >= LogLevel.Warning).Which.Id.Id.Should().Be(1301);
        (await _host.Subscriptions.FindAsync(subscription.Id))?.Status.Should().Be(SubscriptionStatus.Inactive);
        (await _host.LeasedAsync()).Should().NotBeEmpty("the lane was woken all the same");
        _cancelling = () => { };
        if (removed)
            return;
        await SwitchOffAsync(subscription.Id);
        (await CountAsync()).Should().Be((0, 1_100));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_is_cancelled_whatever_becomes_of_the_callers_token_once_the_change_is_stored(bool removed)
    {
        var subscription = await WaitingAsync(2);
        using var cancel = new CancellationTokenSource();
        _subscriptions.Changed = cancel.Cancel;

        await SwitchOffAsync(subscription.Id, removed, cancel.Token);

        (await CountAsync()).Should().Be((0, 2));
    }

    [Fact]
    public async Task What_is_published_after_another_made_it_active_again_is_not_cancelled()
    {
        var subscription = await WaitingAsync(1);
        _subscriptions.Changed = () =>
        {
            _subscriptions.Changed = null;
            _host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Active).GetAwaiter().GetResult();
            _host.PublishAsync(new PublishOptions()).GetAwaiter().GetResult();
        };

        await SwitchOffAsync(subscription.Id);

        (await CountAsync()).Should().Be((2, 0));
    }

    [Fact]
    public async Task What_is_published_while_the_rest_is_cancelled_waits()
    {
        var subscription = await WaitingAsync(1_100);
        var batches = 0;
        _cancelling = () =>
        {
            if (++batches != 2)
                return;
            _host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Active).GetAwaiter().GetResult();
            _host.PublishAsync(new PublishOptions()).GetAwaiter().GetResult();
        };

        await SwitchOffAsync(subscription.Id);

        (await CountAsync()).Should().Be((1, 1_100));
    }

    private async Task<Subscription> WaitingAsync(int count)
    {
        var subscription = await _host.SubscribeAsync("*");
        await _host.Publisher.PublishManyAsync(Enumerable.Range(0, count).Select(_ => PublishRequest.Json("raw.made", "{}"u8.ToArray())));
        return subscription;
    }

    private async Task SwitchOffAsync(SubscriptionId subscription, bool removed = false, CancellationToken cancellationToken = default)
    {
        if (removed)
            (await _host.Subscriptions.RemoveAsync(subscription, cancellationToken)).Should().BeTrue();
        else
            (await _host.Subscriptions.SetStatusAsync(subscription, SubscriptionStatus.Inactive, cancellationToken: cancellationToken)).Should().NotBeNull();
    }

    private async Task<(long Waiting, long Cancelled)> CountAsync()
    {
        var counted = await _host.Log.CountAsync(new StatisticsQuery { AllTenants = true }, default);
        return (counted.Waiting, counted.Cancelled);
    }
}
