using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Publishing;

/// <summary>Everything that publishes, as a host gets it, with nothing that sends.</summary>
internal sealed class PublishingHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    [SuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
    public PublishingHost(Action<WebhookOptions>? configure = null, Action<WebhooksBuilder>? build = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        var builder = services.AddWebhooks(configure)
            .AddEvent<InspectionCompleted>("inspection.completed", e => e.Group = "Inspection")
            .AddEvent<Moved>("car.moved")
            .AddEvent<Moved>("car.stopped")
            .AddEvent<Animal>("animal.seen")
            .AddEvent<Node>("node.made")
            .AddEvent("raw.made");
        build?.Invoke(builder);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public VirtualClock Clock { get; } = new();

    public IServiceProvider Services => _services;

    public IWebhookPublisher Publisher => _services.GetRequiredService<IWebhookPublisher>();

    public IWebhookSubscriptions Subscriptions => _services.GetRequiredService<IWebhookSubscriptions>();

    public IDeliveryLog Log => _services.GetRequiredService<IDeliveryLog>();

    public Task<Subscription> SubscribeAsync(string pattern, string? tenant = null) =>
        Subscriptions.CreateAsync(new Subscription { Tenant = tenant, Url = "https://example.com/hook", Events = [EventPattern.Parse(pattern)] });

    public Task<PublishResult> PublishAsync(PublishOptions options) => Publisher.PublishAsync(new InspectionCompleted(7, "Ada"), options);

    /// <summary>The messages a worker would be given to send.</summary>
    public async Task<IReadOnlyList<WebhookMessage>> QueuedAsync() => [.. (await LeasedAsync()).Select(d => d.Message)];

    /// <summary>What a worker would be given to send.</summary>
    public async Task<IReadOnlyList<LeasedDelivery>> LeasedAsync()
    {
        var request = new LeaseRequest
        {
            Worker = "test",
            MaxLanes = 100,
            MaxDeliveriesPerLane = 100,
            Lease = TimeSpan.FromMinutes(1),
            MaxWait = TimeSpan.Zero,
        };
        var leased = await _services.GetRequiredService<IDeliveryQueue>().LeaseAsync(request, default);
        return [.. leased.Lanes.SelectMany(l => l.Deliveries)];
    }

    public async Task<IReadOnlyList<WebhookError>> RefusedAsync(Func<IWebhookPublisher, Task> publish)
    {
        var refused = (await FluentActions.Invoking(() => publish(Publisher)).Should().ThrowAsync<WebhookValidationException>()).Which.Errors;
        (await Log.MeasureAsync(default)).Waiting.Should().Be(0, "nothing is stored");
        refused.Should().OnlyContain(e => e.Remedy.Length > 0 && e.Problem.Length > 0);
        return refused;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
