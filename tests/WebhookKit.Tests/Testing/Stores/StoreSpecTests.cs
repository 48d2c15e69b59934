using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>How a spec treats its fixture, and what it says when there is something wrong with it.</summary>
public sealed class StoreSpecTests
{
    private static readonly StoreSpec Any = StoreSpecCatalog.All.First(spec => spec.Topic == "Lease");

    [Fact]
    public async Task A_spec_that_does_not_exist_is_named() =>
        (await FluentActions.Awaiting(() => StoreSpecCatalog.RunAsync("Lease.Nothing", new Fixture())).Should().ThrowAsync<ArgumentException>())
            .Which.Message.Should().Contain("'Lease.Nothing'");

    [Fact]
    public async Task A_fixture_without_a_store_of_deliveries_is_told_what_to_do()
    {
        var fixture = new Fixture();

        (await FluentActions.Awaiting(() => Any.RunAsync(fixture)).Should().ThrowAsync<WebhookException>())
            .Which.Message.Should().Contain("Fixture.Store is null").And.Contain("StoreSpecCatalog.Subscriptions");
        fixture.Calls.Should().Equal("start", "dispose");
    }

    [Fact]
    public async Task A_fixture_without_a_store_of_subscriptions_is_told_what_to_do() =>
        (await FluentActions.Awaiting(() => StoreSpecCatalog.Subscriptions[0].RunAsync(new Fixture())).Should().ThrowAsync<WebhookException>())
            .Which.Message.Should().Contain("Fixture.Subscriptions is null").And.Contain("StoreSpecCatalog.Deliveries");

    [Fact]
    public async Task A_fixture_that_does_not_start_is_disposed_of()
    {
        var fixture = new Fixture { Starting = () => throw new InvalidOperationException("no server") };

        await FluentActions.Awaiting(() => Any.RunAsync(fixture)).Should().ThrowAsync<InvalidOperationException>().WithMessage("no server");
        fixture.Calls.Should().Equal("start", "dispose");
    }

    [Fact]
    public async Task Neither_of_two_failures_hides_the_other()
    {
        var fixture = new Fixture
        {
            Starting = () => throw new InvalidOperationException("no server"),
            Disposing = () => throw new InvalidOperationException("no end"),
        };

        (await FluentActions.Awaiting(() => Any.RunAsync(fixture)).Should().ThrowAsync<AggregateException>())
            .Which.InnerExceptions.Select(e => e.Message).Should().Equal("no server", "no end");
    }

    [Fact]
    public void Cases_are_named_by_their_arguments()
    {
        var ids = StoreSpecCatalog.All.Select(spec => spec.ToString()).ToArray();

        ids.Should().Contain("DueTime.A_hold_lasts_whatever_is_enqueued_meanwhile(True)");
        ids.Should().Contain("DeliveryLog.A_limit_out_of_range_or_a_foreign_continuation_is_refused(10, \"-5\")");
        ids.Should().Contain("Settle.A_dead_letter_counts_the_attempt_if_the_receiver_had_one(null, 0)");
    }

    private sealed class Fixture : StoreFixture
    {
        public List<string> Calls { get; } = [];

        public Action? Starting { get; init; }

        public Action? Disposing { get; init; }

        public override ValueTask StartAsync()
        {
            Calls.Add("start");
            Starting?.Invoke();
            return ValueTask.CompletedTask;
        }

        public override ValueTask AdvanceAsync(TimeSpan by) => ValueTask.CompletedTask;

        public override ValueTask DisposeAsync()
        {
            Calls.Add("dispose");
            Disposing?.Invoke();
            return ValueTask.CompletedTask;
        }
    }
}
