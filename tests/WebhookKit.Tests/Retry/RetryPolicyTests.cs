using WebhookKit.Retry;

namespace WebhookKit.Tests.Retry;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly RetryContext Refused = new()
    {
        AttemptsMade = 1,
        Outcome = AttemptOutcome.RefusedByStatus,
        StatusCode = 500,
        RespectRetryAfter = true,
        EndOnGone = true,
        SinceEnqueued = TimeSpan.Zero,
        MaxAge = TimeSpan.FromDays(30),
        JitterFraction = 0,
    };

    private static readonly RetryContext Ageless = Refused with { MaxAge = TimeSpan.MaxValue };

    [Fact]
    public void Standard_Webhooks_waits_as_its_specification_recommends_and_gives_up_after_ten_attempts() =>
        DelaysOf(RetryPolicy.StandardWebhooks).Should().Equal(
            TimeSpan.FromSeconds(5), 5 * Minute, 30 * Minute, TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
            TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24));

    [Fact]
    public void A_schedule_is_followed_to_its_end() =>
        DelaysOf(RetryPolicy.Schedule(Minute, 3 * Minute, 2 * Minute)).Should().Equal(Minute, 3 * Minute, 2 * Minute);

    [Fact]
    public void Exponential_delays_grow_to_their_limit_and_attempts_to_theirs() =>
        DelaysOf(RetryPolicy.Exponential(Minute, 3, 10 * Minute, maxAttempts: 6)).Should().Equal(Minute, 3 * Minute, 9 * Minute, 10 * Minute, 10 * Minute);

    [Fact]
    public void Fixed_retries_are_exactly_spaced_whatever_the_jitter_fraction()
    {
        var policy = RetryPolicy.Fixed(3, Minute);

        DelaysOf(policy, jitterFraction: 0.999).Should().Equal(Minute, Minute, Minute);
        DelaysOf(policy with { Jitter = 1 }, jitterFraction: 0.5).Should().Equal(1.5 * Minute, 1.5 * Minute, 1.5 * Minute);
    }

    [Fact]
    public void None_gives_up_at_once() => DelaysOf(RetryPolicy.None).Should().BeEmpty();

    [Fact]
    public void Until_accepted_doubles_to_its_limit_and_never_gives_up_by_count()
    {
        var policy = RetryPolicy.UntilAccepted(Minute, TimeSpan.FromHours(1));

        var delays = Enumerable.Range(1, 5000).Select(n => policy.Decide(Refused with { AttemptsMade = n })).ToList();

        delays.Should().OnlyContain(d => d.Action == RetryAction.Retry);
        delays.Take(8).Select(d => d.Delay / Minute).Should().Equal(1, 2, 4, 8, 16, 32, 60, 60);
        policy.Decide(Refused with { AttemptsMade = int.MaxValue }).Delay.Should().Be(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(1000)]
    public void All_retries_of_a_window_are_within_it_with_full_jitter_and_time_left_for_the_attempts(int retries)
    {
        var window = 30 * Minute;
        foreach (var jitter in new[] { 0, 0.1, 1 })
        {
            var delays = DelaysOf(RetryPolicy.WithinWindow(retries, window) with { Jitter = jitter }, jitterFraction: 0.999999);

            delays.Should().HaveCount(retries);
            delays.Aggregate(TimeSpan.Zero, (sum, d) => sum + d).Should().BeLessThan(window * (retries + 0.01) / (retries + 1));
        }
    }

    [Theory]
    [InlineData(429, 120, 120)]
    [InlineData(503, 120, 120)]
    [InlineData(503, 30, 60)]
    [InlineData(503, 99999, 180)]
    [InlineData(500, 120, 60)]
    [InlineData(301, 120, 60)]
    public void Retry_after_counts_on_429_and_503_the_later_wins_and_the_longest_step_is_the_limit(int status, int asked, int expected) =>
        RetryPolicy.Schedule(Minute, 3 * Minute).Decide(Refused with { StatusCode = status, RetryAfter = TimeSpan.FromSeconds(asked) })
            .Should().Be(RetryDecision.Retry(TimeSpan.FromSeconds(expected)));

    [Fact]
    public void Retry_after_does_not_count_where_it_is_switched_off() =>
        RetryPolicy.Schedule(Minute, 3 * Minute)
            .Decide(Refused with { StatusCode = 503, RetryAfter = 2 * Minute, RespectRetryAfter = false })
            .Should().Be(RetryDecision.Retry(Minute));

    [Fact]
    public void Retry_after_never_adds_an_attempt() =>
        RetryPolicy.None.Decide(Refused with { StatusCode = 503, RetryAfter = Minute }).Should().Be(RetryDecision.GiveUp(DeadReason.Exhausted));

    [Fact]
    public void Gone_ends_the_delivery_only_where_the_switch_says_so()
    {
        var gone = Refused with { StatusCode = 410 };

        RetryPolicy.StandardWebhooks.Decide(gone).Should().Be(RetryDecision.GiveUp(DeadReason.Gone));
        RetryPolicy.StandardWebhooks.Decide(gone with { EndOnGone = false }).Action.Should().Be(RetryAction.Retry);
    }

    [Fact]
    public void A_retry_beyond_the_maximum_age_is_not_made()
    {
        var policy = RetryPolicy.Schedule(Minute);
        var late = Refused with { MaxAge = TimeSpan.FromHours(1), SinceEnqueued = 59 * Minute };

        policy.Decide(late).Action.Should().Be(RetryAction.Retry);
        policy.Decide(late with { JitterFraction = 0.5 }).Should().Be(RetryDecision.GiveUp(DeadReason.Expired));
        policy.Decide(late with { SinceEnqueued = TimeSpan.MaxValue }).Should().Be(RetryDecision.GiveUp(DeadReason.Expired));
    }

    [Fact]
    public void A_blocked_address_is_checked_three_times_over_an_hour()
    {
        var blocked = Refused with { Outcome = AttemptOutcome.BlockedByEgress, StatusCode = null };

        DelaysOf(RetryPolicy.StandardWebhooks, from: blocked).Should().Equal(30 * Minute, 30 * Minute);
        RetryPolicy.None.Decide(blocked).Should().Be(RetryDecision.GiveUp(DeadReason.Exhausted));
    }

    [Fact]
    public void Our_own_failures_are_deferred_at_growing_delays_and_never_counted()
    {
        var own = Refused with { Outcome = AttemptOutcome.SenderError, AttemptsMade = 0, StatusCode = null };
        List<double> delays = [];
        var since = TimeSpan.Zero;
        for (var i = 0; i < 9; i++)
        {
            var decision = RetryPolicy.None.Decide(own with { SinceEnqueued = since });
            decision.Action.Should().Be(RetryAction.Defer);
            delays.Add(decision.Delay.TotalSeconds);
            since += decision.Delay;
        }

        delays.Should().Equal(5, 5, 10, 20, 40, 80, 160, 300, 300);
        RetryPolicy.None.Decide(own with { SinceEnqueued = own.MaxAge }).Should().Be(RetryDecision.GiveUp(DeadReason.Expired));
    }

    [Fact]
    public void An_attempt_that_we_cut_short_is_due_again_at_once() =>
        RetryPolicy.None.Decide(Refused with { Outcome = AttemptOutcome.Cancelled, AttemptsMade = 0 }).Should().Be(RetryDecision.Defer(TimeSpan.Zero));

    [Fact]
    public void What_is_no_failed_attempt_has_no_decision()
    {
        var policy = RetryPolicy.StandardWebhooks;

        Misuse(Refused with { Outcome = AttemptOutcome.Delivered }).Should().Contain("delivered attempt");
        Misuse(Refused with { AttemptsMade = 0 }).Should().Contain("counted");
        Misuse(Refused with { JitterFraction = 1 }).Should().Contain("jitter fraction");
        Misuse(Refused with { JitterFraction = double.NaN }).Should().Contain("jitter fraction");

        string Misuse(RetryContext context) =>
            policy.Invoking(p => p.Decide(context)).Should().Throw<ArgumentException>().WithParameterName(nameof(context)).Which.Message;
    }

    [Fact]
    public void For_any_policy_and_failure_a_retry_is_never_early_never_beyond_the_cap_and_more_jitter_never_shortens_it()
    {
        var random = new Random(20261103);
        for (var i = 0; i < 20_000; i++)
        {
            var (policy, longest) = AnyPolicy(random);
            var context = Refused with
            {
                AttemptsMade = random.Next(1, 15),
                Outcome = (AttemptOutcome)random.Next((int)AttemptOutcome.RefusedByStatus, (int)AttemptOutcome.ProtocolError + 1),
                StatusCode = random.Next(3) switch { 0 => 503, 1 => 429, _ => random.Next(100, 600) },
                RetryAfter = random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(0, 1_000_000)),
                EndOnGone = random.Next(2) == 0,
                SinceEnqueued = TimeSpan.FromMinutes(random.Next(0, 60_000)),
                JitterFraction = random.NextDouble(),
            };

            var decision = policy.Decide(context);
            var plain = policy.Decide(context with { JitterFraction = 0, RetryAfter = null, SinceEnqueued = TimeSpan.Zero });
            var less = policy.Decide(context with { JitterFraction = context.JitterFraction / 2 });

            policy.Decide(context).Should().Be(decision, "a decision is a pure function");
            if (decision.Action == RetryAction.Retry)
            {
                decision.Delay.Should().BeGreaterThanOrEqualTo(plain.Delay, "nothing is attempted early: {0} {1}", policy, context);
                less.Delay.Should().BeLessThanOrEqualTo(decision.Delay);
                (context.SinceEnqueued + decision.Delay).Should().BeLessThanOrEqualTo(context.MaxAge);
                if (context.Outcome != AttemptOutcome.BlockedByEgress)
                    decision.Delay.Should().BeLessThanOrEqualTo((longest * (1 + policy.Jitter)) + TimeSpan.FromTicks(1), "{0} {1}", policy, context);
            }
            else
            {
                decision.Action.Should().Be(RetryAction.GiveUp, "a receiver's failure is counted");
                if (decision.Reason == DeadReason.Expired)
                    (context.SinceEnqueued + (longest * 2) + TimeSpan.FromHours(1)).Should().BeGreaterThan(context.MaxAge, "young deliveries do not expire");
            }
        }
    }

    [Fact]
    public void A_policy_of_the_hosts_own_gives_the_delays_and_the_rules_around_them_hold()
    {
        var policy = new EveryHour();

        policy.Decide(Refused).Should().Be(RetryDecision.Retry(TimeSpan.FromHours(1)));
        policy.Decide(Refused with { Outcome = AttemptOutcome.SenderError }).Action.Should().Be(RetryAction.Defer);
        policy.Decide(Refused with { StatusCode = 410 }).Should().Be(RetryDecision.GiveUp(DeadReason.Gone));
    }

    [Fact]
    public void Policies_of_the_same_values_are_equal()
    {
        RetryPolicy.Schedule(Minute, 2 * Minute).Should().Be(RetryPolicy.Schedule(Minute, 2 * Minute));
        RetryPolicy.Schedule(Minute, 2 * Minute).GetHashCode().Should().Be(RetryPolicy.Schedule(Minute, 2 * Minute).GetHashCode());
        RetryPolicy.Schedule(Minute, 2 * Minute).Should().NotBe(RetryPolicy.Schedule(Minute, 3 * Minute));
        RetryPolicy.Fixed(3, Minute).Should().Be(RetryPolicy.Fixed(3, Minute)).And.NotBe(RetryPolicy.Fixed(3, Minute) with { Jitter = 0.5 });
    }

    public static TheoryData<Func<RetryPolicy>, string[]> Invalid => new()
    {
        { () => RetryPolicy.Schedule(), ["delays"] },
        { () => RetryPolicy.Schedule(TimeSpan.Zero, Minute, -Minute), ["delays[0]", "delays[2]"] },
        { () => RetryPolicy.Exponential(TimeSpan.Zero, 0.5, TimeSpan.FromDays(400), 0), ["first", "factor", "maxDelay", "maxAttempts"] },
        { () => RetryPolicy.Exponential(2 * Minute, double.NaN, Minute, 5), ["factor", "first"] },
        { () => RetryPolicy.Fixed(0, TimeSpan.Zero), ["retries", "spacing"] },
        { () => RetryPolicy.WithinWindow(1001, -Minute), ["retries", "window"] },
        { () => RetryPolicy.UntilAccepted(Minute, TimeSpan.Zero), ["max", "first"] },
        { () => RetryPolicy.UntilAccepted(TimeSpan.Zero, Minute), ["first"] },
        { () => RetryPolicy.UntilAccepted(Minute, TimeSpan.FromDays(365) + TimeSpan.FromTicks(1)), ["max"] },
        { () => RetryPolicy.Fixed(1, Minute) with { Jitter = 1.5 }, ["Jitter"] },
        { () => RetryPolicy.Fixed(1, Minute) with { Jitter = double.NaN }, ["Jitter"] },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void All_faults_of_a_policy_are_told_at_once_each_with_its_problem_and_its_remedy(Func<RetryPolicy> create, string[] fields)
    {
        var errors = create.Should().Throw<WebhookValidationException>().Which.Errors;

        errors.Select(e => e.Field).Should().Equal(fields);
        errors.Should().OnlyContain(e => e.Problem.Length > 0 && e.Remedy.Length > 0);
    }

    [Fact]
    public void The_limits_themselves_are_allowed()
    {
        var year = TimeSpan.FromDays(365);

        DelaysOf(RetryPolicy.Exponential(year, 1, year, maxAttempts: 1000), from: Ageless).Should().HaveCount(999).And.OnlyContain(d => d == year);
        DelaysOf(RetryPolicy.Exponential(TimeSpan.FromTicks(1), 100, year, maxAttempts: 3), from: Ageless).Should()
            .Equal(TimeSpan.FromTicks(1), TimeSpan.FromTicks(100));
        DelaysOf(RetryPolicy.Fixed(1000, year), from: Ageless).Should().HaveCount(1000).And.OnlyContain(d => d == year);
    }

    [Fact]
    public void No_list_of_delays_is_misuse() =>
        FluentActions.Invoking(() => RetryPolicy.Schedule((IReadOnlyList<TimeSpan>)null!)).Should().Throw<ArgumentNullException>().WithParameterName("delays");

    private static List<TimeSpan> DelaysOf(RetryPolicy policy, double jitterFraction = 0, RetryContext? from = null)
    {
        List<TimeSpan> delays = [];
        for (var attempts = 1; ; attempts++)
        {
            var decision = policy.Decide((from ?? Refused) with { AttemptsMade = attempts, JitterFraction = jitterFraction });
            if (decision.Action != RetryAction.Retry)
            {
                decision.Should().Be(RetryDecision.GiveUp(DeadReason.Exhausted));
                return delays;
            }

            delays.Add(decision.Delay);
        }
    }

    private static (RetryPolicy Policy, TimeSpan Longest) AnyPolicy(Random random)
    {
        var first = TimeSpan.FromSeconds(random.Next(1, 1000));
        var max = first + TimeSpan.FromSeconds(random.Next(0, 100_000));
        var count = random.Next(1, 20);
        var (policy, longest) = random.Next(6) switch
        {
            0 => (RetryPolicy.StandardWebhooks, TimeSpan.FromHours(24)),
            1 => (RetryPolicy.Schedule(max, first, max), max),
            2 => (RetryPolicy.Exponential(first, 1 + (random.NextDouble() * 5), max, count), max),
            3 => (RetryPolicy.Fixed(count, first), first),
            4 => (RetryPolicy.WithinWindow(count, max), max),
            _ => (RetryPolicy.UntilAccepted(first, max), max),
        };
        return (policy with { Jitter = random.NextDouble() }, longest);
    }

    private sealed record EveryHour : RetryPolicy
    {
        protected override TimeSpan LongestStep => TimeSpan.FromHours(1);

        protected override TimeSpan? NextDelay(int attemptsMade) => TimeSpan.FromHours(1);
    }
}
