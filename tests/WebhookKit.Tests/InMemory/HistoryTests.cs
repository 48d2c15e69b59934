using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

public sealed class HistoryTests : InMemoryStoreTests
{
    [Fact]
    public async Task The_oldest_that_ended_is_forgotten_first()
    {
        Open(options => options.MaxHistory = 3);
        var requests = Enumerable.Range(0, 5).Select(_ => Request()).ToArray();
        foreach (var request in requests)
        {
            await EnqueueAsync(request);
            await WorkAsync();
        }

        (await ListAsync()).Select(record => record.MessageId).Should().Equal(requests.Reverse().Take(3).Select(request => request.Message.PublicId));
        (await EnqueueAsync(requests[2])).Should().Equal(EnqueueOutcome.Duplicate);
        (await EnqueueAsync(requests[1])).Should().Equal([EnqueueOutcome.Accepted], "what is forgotten is no duplicate");
    }

    [Fact]
    public async Task What_waits_is_never_forgotten()
    {
        Open(options => (options.MaxHistory, options.MaxHistoryBytes) = (0, 0));
        await EnqueueAsync(Request(lane: 1, targets: 5, delay: TimeSpan.FromDays(1)), Request(lane: 2, targets: 5));

        (await WorkAsync()).Should().Be(5);

        (await ListAsync()).Should().HaveCount(5).And.OnlyContain(record => record.Status == DeliveryStatus.Waiting);
        Clock.Advance(TimeSpan.FromDays(1));
        (await WorkAsync()).Should().Be(5);
        (await ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Bodies_of_ended_messages_are_bounded_in_bytes()
    {
        Open(options => options.MaxHistoryBytes = 1000);
        for (var i = 0; i < 10; i++)
        {
            await EnqueueAsync(Request(bytes: 300, targets: 2));
            await WorkAsync();
        }

        (await ListAsync()).Should().HaveCount(6, "three messages of 300 bytes fit, each with two deliveries");
    }

    [Fact]
    public async Task Messages_without_targets_are_forgotten_too()
    {
        Open(options => options.MaxHistory = 2);
        var requests = Enumerable.Range(0, 3).Select(_ => Request(targets: 0)).ToArray();
        await EnqueueAsync(requests);

        (await EnqueueAsync(requests[1], requests[2])).Should().OnlyContain(result => result == EnqueueOutcome.Duplicate);
        (await EnqueueAsync(requests[0])).Should().Equal(EnqueueOutcome.Accepted);
    }

    [Fact]
    public async Task Texts_of_attempts_of_what_waits_take_half_of_the_room_and_forget_nothing()
    {
        Open(options => options.MaxHistoryBytes = 10_000);
        var dead = Request(lane: 1);
        await EnqueueAsync(dead);
        await WorkAsync((lane, delivery) => WithText(Settlements.Dead(lane, delivery), 1_000));
        await EnqueueAsync(Request(lane: 2, targets: 10));

        await WorkAsync((lane, delivery) => WithText(Settlements.Retry(lane, delivery, TimeSpan.Zero), 1_000));

        var records = await ListAsync();
        records.Should().HaveCount(11).And.OnlyContain(record => record.LastStatusCode == 503, "attempts are logged without their texts, not left out");
        records[^1].MessageId.Should().Be(dead.Message.PublicId);
        (await TextAsync(records[^1])).Should().Be(1_000);
        var kept = 0;
        foreach (var record in records.SkipLast(1))
            kept += await TextAsync(record);
        kept.Should().Be(2_000, "that is 4,000 bytes, and another 2,000 are more than half of 10,000");
    }

    [Fact]
    public async Task The_last_attempt_of_a_delivery_keeps_its_text_however_much_those_that_wait_have()
    {
        Open(options => options.MaxHistoryBytes = 10_000);
        await EnqueueAsync(Request(lane: 1, targets: 4));
        await WorkAsync((lane, delivery) => WithText(Settlements.Retry(lane, delivery, TimeSpan.FromDays(1)), 1_000));
        await EnqueueAsync(Request(lane: 2));

        await WorkAsync((lane, delivery) => WithText(Settlements.Dead(lane, delivery), 1_000));

        (await TextAsync((await ListAsync()).Single(record => record.Status == DeliveryStatus.Dead))).Should().Be(1_000);
    }

    [Fact]
    public async Task What_has_ended_makes_room_for_others_that_wait()
    {
        Open(options => options.MaxHistoryBytes = 10_000);
        for (var i = 0; i < 2; i++)
        {
            await EnqueueAsync(Request(lane: 1, targets: 2));
            await WorkAsync((lane, delivery) => WithText(Settlements.Retry(lane, delivery, TimeSpan.Zero), 1_000));
            foreach (var record in (await ListAsync()).Where(record => record.Status == DeliveryStatus.Waiting))
            {
                (await TextAsync(record)).Should().Be(1_000);
                await Store.CancelAsync([record.Id], CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task Texts_of_what_is_forgotten_make_room_for_others()
    {
        Open(options => options.MaxHistoryBytes = 10_000);
        for (var i = 0; i < 20; i++)
        {
            await EnqueueAsync(Request());
            await WorkAsync((lane, delivery) =>
            {
                var delivered = Settlements.Delivered(lane, delivery);
                return delivered with { Attempt = delivered.Attempt! with { ResponseBody = new string('x', 2_000) } };
            });
        }

        var records = await ListAsync();
        records.Should().HaveCount(2);
        foreach (var record in records)
            (await Store.ListAttemptsAsync(record.Id, CancellationToken.None)).Single().ResponseBody.Should().HaveLength(2_000);
    }

    [Fact]
    public async Task A_delivery_keeps_its_latest_hundred_attempts()
    {
        Open();
        await EnqueueAsync(Request());
        for (var i = 0; i < 120; i++)
            await WorkAsync((lane, delivery) => Settlements.Retry(lane, delivery, TimeSpan.Zero));

        var attempts = await Store.ListAttemptsAsync((await ListAsync()).Single().Id, CancellationToken.None);

        attempts.Select(attempt => attempt.Number).Should().Equal(Enumerable.Range(21, 100));
    }

    [Fact]
    public async Task A_page_is_read_on_after_its_last_delivery_was_forgotten()
    {
        Open(options => options.MaxHistory = 4);
        await EnqueueAsync([.. Enumerable.Range(0, 10).Select(i => Request(lane: i < 5 ? 1 : 2, delay: i < 5 ? TimeSpan.FromDays(1) : default))]);
        var first = await Store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 4 }, CancellationToken.None);
        await WorkAsync();
        await EnqueueAsync([.. Enumerable.Range(0, 4).Select(_ => Request(lane: 3))]);
        await WorkAsync();

        var second = await Store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 10, Continuation = first.Next }, CancellationToken.None);

        second.Items.Should().HaveCount(5).And.OnlyContain(record => record.Status == DeliveryStatus.Waiting);
    }

    [Fact]
    public async Task A_search_goes_on_over_any_number_of_deliveries()
    {
        Open();
        var rare = Request(lane: 2);
        await EnqueueAsync(rare);
        await EnqueueAsync(Request(lane: 1, targets: 20_000));

        var page = await Store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Subscription = rare.Targets[0].Subscription }, CancellationToken.None);

        page.Items.Should().ContainSingle().Which.MessageId.Should().Be(rare.Message.PublicId);
    }

    private static Settlement WithText(Settlement settlement, int length) =>
        settlement with { Attempt = settlement.Attempt! with { ResponseBody = new string('x', length) } };

    private async Task<int> TextAsync(DeliveryRecord record) =>
        (await Store.ListAttemptsAsync(record.Id, CancellationToken.None)).Sum(attempt => attempt.ResponseBody?.Length ?? 0);
}
