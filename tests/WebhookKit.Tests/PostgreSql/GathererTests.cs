using System.Globalization;
using System.Threading.Channels;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.Tests.PostgreSql;

/// <summary>Calls that share a piece of work.</summary>
public sealed class GathererTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_comes_while_others_are_done_goes_together_and_each_call_has_its_own_answer()
    {
        var works = new Works();
        var gatherer = works.Gatherer(most: 1_000);
        var first = gatherer.RunAsync(1, 1, CancellationToken.None);
        (await works.NextAsync()).Answer();
        await first;
        var alone = gatherer.RunAsync(2, 2, CancellationToken.None);
        var held = await works.NextAsync();
        var others = Enumerable.Range(3, 20).Select(call => gatherer.RunAsync(call, call, CancellationToken.None)).ToArray();

        held.Answer();
        var together = await works.NextAsync();
        together.Answer();

        (await alone).Should().Be("2");
        together.Calls.Select(call => call.Call).Should().Equal(Enumerable.Range(3, 20));
        (await Task.WhenAll(others)).Should().Equal(Enumerable.Range(3, 20).Select(Works.AnswerTo));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_its_work_begins_is_not_done_and_costs_no_other_its_answer()
    {
        var works = new Works();
        var gatherer = works.Gatherer(most: 1_000);
        using var cancellation = new CancellationTokenSource();
        var first = gatherer.RunAsync(1, 1, CancellationToken.None);
        var held = await works.NextAsync();
        var cancelled = gatherer.RunAsync(2, 2, cancellation.Token);
        var other = gatherer.RunAsync(3, 3, CancellationToken.None);

        await cancellation.CancelAsync();

        await cancelled.Awaiting(call => call.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        held.Answer();
        var rest = await works.NextAsync();
        rest.Begun.Select(call => call.Call).Should().Equal(3);
        rest.Answer();
        (await Task.WhenAll(first, other)).Should().Equal("1", "3");
    }

    [Fact]
    public async Task A_call_whose_work_has_begun_is_answered_although_it_is_cancelled()
    {
        var works = new Works();
        using var cancellation = new CancellationTokenSource();
        var call = works.Gatherer(most: 1_000).RunAsync(1, 1, cancellation.Token);
        var work = await works.NextAsync();
        work.Begun.Should().ContainSingle();

        await cancellation.CancelAsync();
        work.Answer();

        (await call).Should().Be("1");
    }

    [Fact]
    public async Task Work_that_fails_fails_its_own_calls_and_no_later_ones()
    {
        var works = new Works();
        var gatherer = works.Gatherer(most: 1_000);
        var failing = gatherer.RunAsync(1, 1, CancellationToken.None);
        (await works.NextAsync()).Fail();
        await failing.Awaiting(call => call.WaitAsync(Patience)).Should().ThrowAsync<TimeoutException>();

        var next = gatherer.RunAsync(2, 2, CancellationToken.None);
        (await works.NextAsync()).Answer();

        (await next).Should().Be("2");
    }

    [Fact]
    public async Task One_piece_of_work_has_no_more_weight_than_it_may_but_for_a_call_that_has_more_alone()
    {
        var works = new Works();
        var gatherer = works.Gatherer(most: 10);
        var calls = new List<Task<string>> { gatherer.RunAsync(1, 1, CancellationToken.None) };
        var held = await works.NextAsync();
        foreach (var call in (ReadOnlySpan<int>)[4, 6, 1, 50, 2])
            calls.Add(gatherer.RunAsync(call, call, CancellationToken.None));
        held.Answer();
        var pieces = new List<int[]>();
        for (var left = 5; left > 0; left -= pieces[^1].Length)
        {
            var work = await works.NextAsync();
            pieces.Add([.. work.Calls.Select(call => call.Call)]);
            work.Answer();
        }

        await Task.WhenAll(calls);
        pieces.Should().BeEquivalentTo(new int[][] { [4, 6], [1], [50], [2] }, options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task Work_that_takes_long_holds_up_nobody_else_and_is_answered_all_the_same()
    {
        var works = new Works();
        var gatherer = works.Gatherer(most: 1_000, takesLong: TimeSpan.FromMilliseconds(1));
        var stuck = gatherer.RunAsync(1, 1, CancellationToken.None);
        var slow = await works.NextAsync();

        var next = gatherer.RunAsync(2, 1, CancellationToken.None);
        (await works.NextAsync()).Answer();
        (await next).Should().Be(Works.AnswerTo(2));
        stuck.IsCompleted.Should().BeFalse();

        slow.Answer();
        (await stuck).Should().Be(Works.AnswerTo(1));
    }

    /// <summary>The pieces of work of one line, in their order; each waits for the test.</summary>
    private sealed class Works
    {
        private readonly Channel<Work> _works = Channel.CreateUnbounded<Work>();

        public static string AnswerTo(int call) => call.ToString(CultureInfo.InvariantCulture);

        public Gatherer<int, string> Gatherer(int most, TimeSpan? takesLong = null) => new(lines: 1, most, calls =>
        {
            var work = new Work(calls);
            _works.Writer.TryWrite(work);
            return work.Done.Task;
        })
        {
            Long = takesLong ?? Timeout.InfiniteTimeSpan,
        };

        public Task<Work> NextAsync() => _works.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    private sealed class Work(IReadOnlyList<GatheredCall<int, string>> calls)
    {
        public TaskCompletionSource Done { get; } = new();

        public IReadOnlyList<GatheredCall<int, string>> Calls => calls;

        public IReadOnlyList<GatheredCall<int, string>> Begun => [.. calls.Where(call => call.Begin())];

        public void Answer()
        {
            foreach (var call in Begun)
                call.Succeed(Works.AnswerTo(call.Call));
            Done.SetResult();
        }

        public void Fail() => Done.SetException(new TimeoutException());
    }
}
