using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>Every expectation can fail, and says what it looked at, what it wanted and what there was.</summary>
public sealed class ExpectTests
{
    private static readonly int[] Numbers = [1, 2, 2];
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void What_meets_the_expectation_passes()
    {
        var id = SubscriptionId.New(new VirtualClock());

        Expect.Equal(3, Numbers.Length);
        Expect.NotEqual(4, Numbers.Length);
        Expect.True(Numbers.Length == 3);
        Expect.False(Numbers.Length == 4);
        Expect.Null(default(string));
        Expect.NotNull("x").Should().Be("x");
        Expect.Close(Second, 2 * Second);
        Expect.Close(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch + Second);
        Expect.Sequence([1, 2, 2], Numbers);
        Expect.SameItems([2, 1, 2], Numbers);
        Expect.Empty(Array.Empty<int>());
        Expect.NotEmpty(Numbers);
        Expect.Count(3, Numbers);
        Expect.One([7]).Should().Be(7);
        Expect.Unique([1, 2]);
        Expect.All(Numbers, n => n > 0);
        Expect.Equivalent(Made(id, "v"), Made(id, "v"));
    }

    [Fact]
    public void What_does_not_is_said_in_full()
    {
        Message(() => Expect.Equal(2, Numbers.Length)).Should().Be(Lines("Numbers.Length", "  expected: 2", "  actual:   3"));
        Message(() => Expect.NotEqual(3, Numbers.Length)).Should().Be(Lines("Numbers.Length", "  expected: anything but 3", "  actual:   just that"));
        Message(() => Expect.True(Numbers.Length == 2, "two are enough"))
            .Should().Be(Lines("Numbers.Length == 2", "  expected: True (two are enough)", "  actual:   False"));
        Message(() => Expect.False(Numbers.Length == 3)).Should().Contain("expected: False");
        Message(() => Expect.Null("x")).Should().Contain("expected: null").And.Contain("actual:   \"x\"");
        Message(() => Expect.NotNull(default(string))).Should().Contain("expected: a value").And.Contain("actual:   null");
        Message(() => Expect.Close(Second, 3 * Second)).Should().Contain("expected: 00:00:01, give or take a second").And.Contain("actual:   00:00:03");
        Message(() => Expect.Close(Second, null)).Should().Contain("actual:   null");
        Message(() => Expect.Close(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch - (2 * Second)))
            .Should().Contain("1970-01-01T00:00:00.0000000+00:00, give or take a second");
        Message(() => Expect.Close(DateTimeOffset.UnixEpoch, null)).Should().Contain("actual:   null");
    }

    [Fact]
    public void Items_are_shown()
    {
        Message(() => Expect.Sequence([2, 1, 2], Numbers)).Should().Contain("expected: [2, 1, 2] (3)").And.Contain("actual:   [1, 2, 2] (3)");
        Message(() => Expect.SameItems([1, 1, 2], Numbers)).Should().Contain("expected: [1, 1, 2] (3) in any order");
        Message(() => Expect.SameItems([1, 2], Numbers)).Should().Contain("expected: [1, 2] (2) in any order");
        Message(() => Expect.Empty(Numbers)).Should().Contain("expected: 0 items").And.Contain("actual:   [1, 2, 2] (3)");
        Message(() => Expect.NotEmpty(Array.Empty<int>())).Should().Contain("expected: at least one item");
        Message(() => Expect.Count(2, Numbers)).Should().Contain("expected: 2 items");
        Message(() => Expect.One(Numbers)).Should().Contain("expected: one item");
        Message(() => Expect.Unique(Numbers)).Should().Contain("actual:   more than once: [2] (1)");
        Message(() => Expect.All(Numbers, n => n > 1)).Should().Contain("expected: all items: n => n > 1").And.Contain("actual:   not so: [1] (1)");
        Message(() => Expect.Count(0, Enumerable.Range(0, 25))).Should().Contain("19, …] (25)");
    }

    [Fact]
    public void A_difference_within_a_record_is_pointed_at_and_no_secret_is_shown()
    {
        var (left, right) = (Made(new SubscriptionId(Guid.Empty), "v"), Made(new SubscriptionId(Guid.Empty), "w"));

        Message(() => Expect.Equivalent(left, right)).Should().StartWith("right.Metadata[0].Value").And.Contain("\"v\"").And.Contain("\"w\"");
        Message(() => Expect.Equivalent(left, left with { Events = [EventPattern.All] }))
            .Should().StartWith("left with { Events = [EventPattern.All] }.Events[0]");
        Message(() => Expect.Equivalent(left, left with { Events = [] })).Should().Contain(".Events").And.Contain("actual:   nothing");
        Message(() => Expect.Equivalent(left, null!)).Should().Contain("actual:   null").And.Contain("Metadata = [").And.NotContain("whsec_");
        var secrets = Message(() => Expect.Equivalent(left, left with { Secrets = WebhookSecrets.Of(WebhookSecret.Generate()) }));
        secrets.Should().Contain(".Secrets").And.Contain("(1 secret)").And.NotContain("whsec_");
        Message(() => Expect.Equivalent<ReadOnlyMemory<byte>>("ab"u8.ToArray(), "ac"u8.ToArray())).Should().Contain("expected: ab").And.Contain("actual:   ac");
    }

    [Fact]
    public async Task A_call_must_throw_what_is_expected_and_nothing_else()
    {
        (await Expect.ThrowsAsync<IOException>(() => throw new FileNotFoundException("gone"))).Message.Should().Be("gone");

        (await MessageAsync(() => Expect.ThrowsAsync<IOException>(() => Task.CompletedTask)))
            .Should().Contain("expected: IOException").And.Contain("actual:   no exception");
        (await MessageAsync(() => Expect.ThrowsAsync<IOException>(() => throw new InvalidOperationException("other"))))
            .Should().Contain("InvalidOperationException: other");
    }

    [Fact]
    public async Task A_task_must_end_in_time()
    {
        (await Expect.InTimeAsync(Task.FromResult(5), Second)).Should().Be(5);
        await FluentActions.Awaiting(() => Expect.InTimeAsync(Task.FromException(new InvalidOperationException()), Second))
            .Should().ThrowAsync<InvalidOperationException>();

        (await MessageAsync(() => Expect.InTimeAsync(new TaskCompletionSource().Task, TimeSpan.Zero, "the signal")))
            .Should().StartWith("the signal").And.Contain("expected: an end within 00:00:00 of real time");
    }

    private static Subscription Made(SubscriptionId id, string value) => new()
    {
        Id = id,
        Url = "https://example.com/",
        Events = [EventPattern.Parse("a.b")],
        Secrets = WebhookSecrets.Of(WebhookSecret.Parse("whsec_" + new string('A', 44))),
        Metadata = new Dictionary<string, string> { ["k"] = value },
    };

    private static string Message(Action expectation) => expectation.Should().Throw<SpecFailedException>().Which.Message;

    private static async Task<string> MessageAsync(Func<Task> expectation) => (await expectation.Should().ThrowAsync<SpecFailedException>()).Which.Message;

    private static string Lines(params string[] lines) => string.Join(Environment.NewLine, lines);
}
