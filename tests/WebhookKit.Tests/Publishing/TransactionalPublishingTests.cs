using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Publishing;

namespace WebhookKit.Tests.Publishing;

public sealed class TransactionalPublishingTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new(o => o.Publishing.WaitForStore = TimeSpan.FromMinutes(5));
    private readonly List<EnqueueRequest> _enqueued = [];

    private ITransactionalPublishing Publishing => _host.Services.GetRequiredService<ITransactionalPublishing>();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Events_are_checked_and_matched_and_go_to_the_callers_own_enqueue()
    {
        var subscription = await _host.SubscribeAsync("inspection.*");

        var results = await PublishAsync(PublishRequest.Of(new InspectionCompleted(1, "A")), PublishRequest.Of(new Animal("A")));

        results.Select(r => r.Targets).Should().Equal(1, 0);
        _enqueued.Select(r => r.Message.PublicId).Should().Equal(results.Select(r => r.MessageId));
        _enqueued[0].Targets.Should().ContainSingle().Which.Subscription.Should().Be(subscription.Id);
        (await _host.QueuedAsync()).Should().BeEmpty("the host's own queue was not asked");
    }

    [Fact]
    public async Task Faults_are_those_of_the_publisher_and_nothing_is_enqueued()
    {
        (await RefusedAsync(PublishRequest.Json("unknown", "{}"u8.ToArray()))).Should().ContainSingle().Which.Field.Should().Be("EventType");
        (await RefusedAsync(PublishRequest.Json("unknown", "{}"u8.ToArray()), PublishRequest.Of(new Animal("A")))).Should().ContainSingle()
            .Which.Field.Should().Be("Events[0].EventType");
        _enqueued.Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_is_nothing()
    {
        (await PublishAsync()).Should().BeEmpty();
        _enqueued.Should().BeEmpty();
    }

    [Fact]
    public async Task A_store_that_fails_is_not_waited_for()
    {
        var calls = 0;
        var publish = Publishing.PublishAsync([PublishRequest.Of(new Animal("A"))], Fail, default);

        await FluentActions.Awaiting(() => publish).Should().ThrowAsync<WebhookStoreException>();
        calls.Should().Be(1);

        ValueTask<IReadOnlyList<EnqueueResult>> Fail(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken)
        {
            calls++;
            throw new WebhookStoreException(StoreFault.Unavailable, "It is away.");
        }
    }

    private async Task<IReadOnlyList<WebhookError>> RefusedAsync(params PublishRequest[] events) =>
        (await FluentActions.Awaiting(() => PublishAsync(events)).Should().ThrowAsync<WebhookValidationException>()).Which.Errors;

    private Task<IReadOnlyList<PublishResult>> PublishAsync(params PublishRequest[] events) => Publishing.PublishAsync(events, Enqueue, default);

    private ValueTask<IReadOnlyList<EnqueueResult>> Enqueue(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken)
    {
        _enqueued.AddRange(requests);
        return new([.. requests.Select(r => new EnqueueResult
        {
            Outcome = EnqueueOutcome.Accepted, MessageId = r.Message.PublicId, Targets = r.Targets.Count,
        })]);
    }
}
