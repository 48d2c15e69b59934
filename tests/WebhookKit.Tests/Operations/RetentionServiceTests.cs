using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Operations;
using WebhookKit.Telemetry;
using WebhookKit.Testing;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Operations;

public sealed class RetentionServiceTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly VirtualClock _clock = new();
    private readonly LogLines _log = new();
    private readonly Maintenance _store = new();
    private readonly LoggerFactory _loggers;
    private RetentionService? _service;

    public RetentionServiceTests() => _loggers = new LoggerFactory([_log]);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.StopAsync(default);
        _loggers.Dispose();
    }

    [Fact]
    public async Task The_first_run_comes_soon_after_the_start_and_the_next_about_an_interval_later()
    {
        await StartAsync();

        await RunAsync(within: 0.1 * Hour);
        await RunAsync(within: 1.1 * Hour, atLeast: 0.9 * Hour);

        _store.Requests.Should().AllBeEquivalentTo(new TrimRequest { Data = TimeSpan.FromDays(30), Log = TimeSpan.FromDays(90), Limit = 500 });
    }

    [Fact]
    public async Task A_run_goes_on_until_there_is_no_more_and_says_once_what_it_came_to()
    {
        _store.Answer(new RemovalResult(500, true), new RemovalResult(500, true), new RemovalResult(7, false));
        await StartAsync();

        await RunAsync(within: 0.1 * Hour, calls: 3);

        await LoggedAsync(1400);
        _log.Lines.Where(l => l.Id.Id is >= 1400 and < 1500).Should().ContainSingle()
            .Which.Should().Match<(LogLevel Level, EventId Id, string Text)>(
                l => l.Level == LogLevel.Information && l.Text.Contains("1007") && l.Text.Contains("3 batches"));
    }

    [Fact]
    public async Task A_run_that_finds_nothing_does_not_speak_up()
    {
        await StartAsync();

        await RunAsync(within: 0.1 * Hour);

        await LoggedAsync(1401);
        _log.Lines.Where(l => l.Id.Id is >= 1400 and < 1500).Should().OnlyContain(l => l.Level == LogLevel.Debug);
    }

    [Fact]
    public async Task A_store_that_says_more_and_removes_nothing_is_not_asked_for_ever()
    {
        _store.Answer(new RemovalResult(0, true));
        await StartAsync();

        await RunAsync(within: 0.1 * Hour);

        await LoggedAsync(1401);
        _store.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_store_that_fails_is_asked_again_with_pauses_and_the_run_goes_on_where_it_was()
    {
        _store.Answer(new RemovalResult(500, true), null, null, new RemovalResult(3, false));
        await StartAsync();
        await RunAsync(within: 0.1 * Hour, calls: 2);

        // 100 ms and 200 ms, with up to a quarter more.
        await RunAsync(within: TimeSpan.FromMilliseconds(125));
        await RunAsync(within: TimeSpan.FromMilliseconds(250));

        await LoggedAsync(1400);
        _log.Lines.Where(l => l.Id.Id is >= 1400 and < 1500).Select(l => (l.Level, l.Id.Id)).Should().Equal(
            (LogLevel.Error, 1402), (LogLevel.Information, 1403), (LogLevel.Information, 1400));
        _log.Lines.Last().Text.Should().Contain("503").And.Contain("2 batches");
    }

    [Fact]
    public async Task A_stop_ends_a_run_that_would_go_on_and_one_that_waits_for_the_store()
    {
        _store.AlwaysMore = true;
        await StartAsync();
        _clock.Advance(0.1 * Hour);
        await _store.UntilAsync(() => _store.Calls > 3);

        await _service!.StopAsync(default);
        var calls = _store.Calls;
        _clock.Advance(10 * Hour);

        _store.Calls.Should().Be(calls);
    }

    [Fact]
    public async Task A_stop_ends_a_call_that_hangs()
    {
        _store.Hangs = true;
        await StartAsync();
        await RunAsync(within: 0.1 * Hour);

        await _service!.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(60));

        _log.Lines.Should().NotContain(l => l.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task In_a_store_first_the_data_of_messages_goes_then_all_that_has_ended_and_nothing_that_waits()
    {
        using var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        var (ended, waits) = (Request("msg_ended"), Request("msg_waits"));
        await store.EnqueueAsync([ended], default);
        var lane = (await store.LeaseAsync(
            new LeaseRequest { Worker = "test", MaxLanes = 1, MaxDeliveriesPerLane = 1, Lease = Hour }, default)).Lanes.Single();
        await store.SettleAsync([Settlements.Delivered(lane, lane.Deliveries[0])], default);
        await store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = LaneState.New }], default);
        await store.EnqueueAsync([waits], default);
        await StartAsync(store: store);

        await PassAsync(TimeSpan.FromDays(29));
        (await store.FindMessageAsync("msg_ended", default))!.DataLength.Should().NotBeNull();
        await PassAsync(TimeSpan.FromDays(1));
        (await store.FindMessageAsync("msg_ended", default))!.DataLength.Should().BeNull();
        (await store.ListDeliveriesAsync(new DeliveryQuery(), default)).Items.Should().HaveCount(2);
        await PassAsync(TimeSpan.FromDays(60));

        (await store.FindMessageAsync("msg_ended", default)).Should().BeNull();
        (await store.FindMessageAsync("msg_waits", default))!.DataLength.Should().NotBeNull();
        (await store.ListDeliveriesAsync(new DeliveryQuery(), default)).Items.Should().ContainSingle().Which.MessageId.Should().Be("msg_waits");
    }

    [Fact]
    public async Task A_node_that_does_not_dispatch_does_not_trim()
    {
        await StartAsync(enabled: false);

        _clock.NextTimerDue.Should().BeNull();
        _store.Calls.Should().Be(0);
    }

    private static EnqueueRequest Request(string id)
    {
        var message = new WebhookMessage
        {
            Id = Guid.NewGuid(), PublicId = id, EventType = "thing.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = "{}"u8.ToArray(),
        };
        return new EnqueueRequest { Message = message, Targets = [DeliveryTarget.To(new SubscriptionId(Guid.NewGuid()))] };
    }

    /// <summary>Lets time pass, with a run at its end.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        await TimerAsync();
        _clock.Advance(time);
        await TimerAsync();
        _clock.Advance(1.1 * Hour);
        await TimerAsync();
    }

    private async Task StartAsync(bool enabled = true, IStoreMaintenance? store = null)
    {
        _service = new RetentionService(store ?? _store, new RetentionOptions(), enabled, _clock, new QuietLogger(_loggers));
        await _service.StartAsync(default);
        if (enabled)
            await TimerAsync();
    }

    /// <summary>Moves time to what the service waits for, and not beyond; that must bring about so many further calls.</summary>
    private async Task RunAsync(TimeSpan within, int calls = 1, TimeSpan atLeast = default)
    {
        var before = _store.Calls;
        await TimerAsync();
        var due = _clock.NextTimerDue!.Value;
        due.Should().BeGreaterThanOrEqualTo(atLeast).And.BeLessThanOrEqualTo(within);
        _clock.Advance(due);
        await _store.UntilAsync(() => _store.Calls >= before + calls);
        _store.Calls.Should().Be(before + calls);
    }

    /// <summary>The service waits for its next run, or its next try.</summary>
    private async Task TimerAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_clock.NextTimerDue is null)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task LoggedAsync(int id)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_log.Lines.All(l => l.Id.Id != id))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Answers as it is told; null is a failure, and nothing is the answer when it was told no more.</summary>
    private sealed class Maintenance : IStoreMaintenance
    {
        private readonly Happenings _happenings = new();
        private readonly Queue<RemovalResult?> _answers = new();
        private readonly List<TrimRequest> _requests = [];

        public bool AlwaysMore { get; set; }

        public bool Hangs { get; set; }

        public int Calls
        {
            get
            {
                lock (_requests)
                    return _requests.Count;
            }
        }

        public IReadOnlyList<TrimRequest> Requests => _requests;

        public void Answer(params RemovalResult?[] answers)
        {
            foreach (var answer in answers)
                _answers.Enqueue(answer);
        }

        public Task UntilAsync(Func<bool> condition) => _happenings.UntilAsync(() => new(condition()));

        public async ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken)
        {
            lock (_requests)
                _requests.Add(request);
            _happenings.Signal();
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (AlwaysMore)
                return new RemovalResult(1, true);
            return _answers.TryDequeue(out var answer) ? answer ?? throw new IOException("The store is away.") : default;
        }

        public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
