using WebhookKit.InMemory;
using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.Publishing;

/// <summary>A store that fails for a while.</summary>
public sealed class WaitForStoreTests : IAsyncDisposable
{
    private static readonly WebhookStoreException Away = new(StoreFault.Unavailable, "It is away.");

    private readonly PublishingHost _host;
    private readonly List<Guid> _messages = [];

    /// <summary>What the next calls of enqueue throw, one after the other.</summary>
    private readonly Queue<Exception> _faults = [];

    private TimeSpan _wait = TimeSpan.FromMinutes(1);
    private Exception? _afterwards;

    public WaitForStoreTests() => _host = new PublishingHost(
        o => o.Publishing.WaitForStore = _wait,
        b => b.UseStore(sp => TamperedStore.Of(
            new InMemoryStore(new InMemoryStoreOptions(), (TimeProvider)sp.GetService(typeof(TimeProvider))!), Tamper)));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_publish_waits_until_the_store_is_back_and_its_message_stays_the_same()
    {
        await _host.SubscribeAsync("*");
        Fail(Away, new QueueFullException("Full."), new WebhookStoreException(StoreFault.TimedOut, "Late."));

        var result = await DriveAsync(_host.PublishAsync(new PublishOptions()));

        result.IsDuplicate.Should().BeFalse();
        _messages.Should().HaveCount(4).And.OnlyContain(id => id == _messages[0]);
        (await _host.QueuedAsync()).Should().ContainSingle().Which.PublicId.Should().Be(result.MessageId);
    }

    [Fact]
    public async Task A_commit_whose_answer_got_lost_is_found_again_and_is_no_duplicate()
    {
        await _host.SubscribeAsync("*");
        _afterwards = Away;

        var result = await DriveAsync(_host.PublishAsync(new PublishOptions { IdempotencyKey = "k" }));

        (result.IsDuplicate, result.Targets).Should().Be((false, 1));
        _messages.Should().HaveCount(2);
        (await _host.QueuedAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Once_the_time_is_over_the_last_failure_is_thrown()
    {
        var start = _host.Clock.GetUtcNow();
        Fail([.. Enumerable.Repeat(Away, 1000)]);

        (await FluentActions.Awaiting(() => DriveAsync(_host.PublishAsync(new PublishOptions()))).Should().ThrowAsync<WebhookStoreException>())
            .Which.Should().BeSameAs(Away);

        (_host.Clock.GetUtcNow() - start).Should().Be(_wait, "the last try is made when the time is over");
        _messages.Should().HaveCountGreaterThan(5).And.HaveCountLessThan(20);
    }

    [Fact]
    public async Task Without_a_wait_the_first_failure_is_thrown()
    {
        _wait = TimeSpan.Zero;
        Fail(Away);

        await FluentActions.Awaiting(() => _host.PublishAsync(new PublishOptions())).Should().ThrowAsync<WebhookStoreException>();

        _messages.Should().ContainSingle();
    }

    [Fact]
    public async Task What_waiting_will_not_mend_is_thrown_at_once()
    {
        Exception[] faults =
        [
            new WebhookStoreException(StoreFault.Refused, "No."), new WebhookStoreException(StoreFault.Unreadable, "No."),
            new IdempotencyConflictException("k", "m"), new InvalidOperationException(),
        ];
        foreach (var fault in faults)
        {
            Fail(fault);
            (await FluentActions.Awaiting(() => _host.PublishAsync(new PublishOptions())).Should().ThrowAsync<Exception>()).Which.Should().BeSameAs(fault);
        }

        _messages.Should().HaveCount(faults.Length);
    }

    [Fact]
    public async Task The_callers_token_ends_the_wait()
    {
        Fail([.. Enumerable.Repeat(Away, 1000)]);
        using var caller = new CancellationTokenSource();

        var publish = _host.Publisher.PublishJsonAsync("raw.made", "{}"u8.ToArray(), cancellationToken: caller.Token);
        publish.IsCompleted.Should().BeFalse();
        await caller.CancelAsync();

        await FluentActions.Awaiting(() => publish).Should().ThrowAsync<OperationCanceledException>();
        _messages.Should().ContainSingle();
    }

    private void Fail(params Exception[] faults)
    {
        foreach (var fault in faults)
            _faults.Enqueue(fault);
    }

    private object? Tamper(string call, object?[] arguments, Func<object?> right)
    {
        if (call != nameof(IDeliveryQueue.EnqueueAsync))
            return right();
        _messages.AddRange(((IReadOnlyList<EnqueueRequest>)arguments[0]!).Select(r => r.Message.Id));
        if (_faults.TryDequeue(out var fault))
            return new ValueTask<IReadOnlyList<EnqueueResult>>(Failed(fault));
        var answer = right();
        if (_afterwards is not { } lost)
            return answer;
        _afterwards = null;
        return new ValueTask<IReadOnlyList<EnqueueResult>>(Failed(lost));
    }

    private static Task<IReadOnlyList<EnqueueResult>> Failed(Exception fault) => Task.FromException<IReadOnlyList<EnqueueResult>>(fault);

    /// <summary>Moves the clock to each timer until the task is done.</summary>
    private async Task<T> DriveAsync<T>(Task<T> task)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!task.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            if (_host.Clock.NextTimerDue is { } due)
                _host.Clock.Advance(due);
            await Task.Yield();
        }

        return await task;
    }
}
