using System.Collections.Concurrent;
using System.Diagnostics;
using WebhookKit.Messages;
using WebhookKit.Telemetry;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Telemetry;

public sealed class ActivityTests : IAsyncDisposable
{
    private readonly ActivitySource _caller = new("Caller of " + nameof(ActivityTests));
    private readonly ConcurrentBag<Activity> _stopped = [];
    private readonly ActivityListener _listener;
    private readonly PublishingHost _host = new();

    public ActivityTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == WebhookTelemetry.Name || source == _caller,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _stopped.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _caller.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task A_publish_is_a_part_of_the_callers_trace()
    {
        using var caller = _caller.StartActivity("request")!;

        var result = await _host.Publisher.PublishAsync(new InspectionCompleted(1, "A"));

        var publish = Of(caller).Should().ContainSingle().Subject;
        (publish.OperationName, publish.Kind, publish.Status).Should().Be(("webhookkit publish", ActivityKind.Producer, ActivityStatusCode.Unset));
        publish.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["webhookkit.message_id"] = result.MessageId, ["webhookkit.event_type"] = "inspection.completed",
        });
        Activity.Current.Should().BeSameAs(caller);
    }

    [Fact]
    public async Task A_refused_publish_is_an_error_that_tells_the_kind_only()
    {
        using var caller = _caller.StartActivity("request")!;

        await _host.RefusedAsync(p => p.PublishJsonAsync("no.such.event", "{}"u8.ToArray()));

        var publish = Of(caller).Should().ContainSingle().Subject;
        publish.Status.Should().Be(ActivityStatusCode.Error);
        publish.StatusDescription.Should().BeNull();
        publish.TagObjects.Should().ContainSingle().Which.Should().Be(new KeyValuePair<string, object?>("error.type", "WebhookKit.WebhookValidationException"));
    }

    [Fact]
    public async Task A_message_knows_the_trace_it_was_published_in()
    {
        await _host.SubscribeAsync("*");
        using (var caller = _caller.StartActivity("request")!)
        {
            await _host.Publisher.PublishAsync(new InspectionCompleted(1, "A"));

            (await _host.QueuedAsync())[0].TraceParent.Should().Be(Of(caller).Single().Id);
        }
    }

    [Fact]
    public async Task An_attempt_is_a_root_of_its_own_linked_to_the_publish()
    {
        using var dispatcher = _caller.StartActivity("whatever started the dispatcher")!;
        var subscription = new SubscriptionId(Guid.NewGuid());
        var published = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var message = Message($"00-{published.TraceId}-{published.SpanId}-01");

        var attempt = await AttemptAsync(message, subscription);

        attempt!.Parent.Should().BeNull();
        attempt.ParentSpanId.Should().Be(default(ActivitySpanId));
        attempt.TraceId.Should().NotBe(dispatcher.TraceId).And.NotBe(published.TraceId);
        attempt.Links.Should().ContainSingle().Which.Context
            .Should().Match<ActivityContext>(c => c.TraceId == published.TraceId && c.SpanId == published.SpanId);
        attempt.Kind.Should().Be(ActivityKind.Client);
        attempt.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["webhookkit.message_id"] = "msg_1", ["webhookkit.delivery_id"] = "dlv_7", ["webhookkit.subscription_id"] = subscription.ToString(),
            ["webhookkit.attempt_number"] = 3,
        });
        Activity.Current.Should().BeSameAs(dispatcher, "what an attempt does to the current activity must end with it");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no trace")]
    public async Task An_attempt_without_a_publish_to_link_to_has_no_link(string? traceParent) =>
        (await AttemptAsync(Message(traceParent), default))!.Links.Should().BeEmpty();

    [Fact]
    public async Task Attempts_side_by_side_do_not_see_each_other()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AttemptAsync(Message(null), default)));

        attempts.Select(a => a!.TraceId).Should().OnlyHaveUniqueItems();
        attempts.Should().OnlyContain(a => a!.Parent == null);
    }

    /// <summary>As the dispatcher does it: started in an async method of the attempt's own, with waiting in between.</summary>
    private static async Task<Activity?> AttemptAsync(WebhookMessage message, SubscriptionId subscription)
    {
        using var activity = WebhookActivities.StartAttempt(message, new DeliveryId(7), new TargetId(subscription, null), 3);
        Activity.Current.Should().BeSameAs(activity);
        await Task.Yield();
        Activity.Current.Should().BeSameAs(activity);
        return activity;
    }

    private static WebhookMessage Message(string? traceParent) => new()
    {
        Id = Guid.NewGuid(), PublicId = "msg_1", EventType = "a", Timestamp = DateTimeOffset.UnixEpoch, Data = default, TraceParent = traceParent,
    };

    private IEnumerable<Activity> Of(Activity caller) => _stopped.Where(a => a.TraceId == caller.TraceId && a != caller);
}
