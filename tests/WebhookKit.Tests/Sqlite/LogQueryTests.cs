namespace WebhookKit.Tests.Sqlite;

/// <summary>How much of the log is read for an answer.</summary>
public sealed class LogQueryTests : SqliteTests
{
    [Fact]
    public async Task What_is_asked_since_a_time_reads_nothing_made_before_what_had_ended_by_then_and_misses_nothing()
    {
        await using var node = Folder.Open();
        var waiting = Request(lane: 2, delay: TimeSpan.FromDays(2));
        await EnqueueAsync(node, Request(lane: 1), waiting);
        (await WorkAsync(node)).Should().Be(1);
        await EnqueueAsync(node, Request(lane: 3));
        (await WorkAsync(node)).Should().Be(1);
        Clock.Advance(TimeSpan.FromDays(1));
        var since = Clock.GetUtcNow();
        await node.Store.RedeliverAsync([Redelivery.To(waiting.Message.PublicId, SubscriptionId.New(Clock), once: true)], CancellationToken.None);
        var later = Request(lane: 4, targets: 3);
        await EnqueueAsync(node, later);
        // What was delivered would count if it were read.
        await WriteAsync(node, session =>
        {
            session.Database.Statement("UPDATE message SET accepted = accepted + ? WHERE waiting = 0").Add(TimeSpan.TicksPerDay * 7).Run();
            return true;
        });

        var counted = await node.Store.CountAsync(new StatisticsQuery { AllTenants = true, Since = since }, CancellationToken.None);
        var listed = await node.Store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Since = since, Limit = 100 }, CancellationToken.None);

        (counted.Waiting, counted.Delivered).Should().Be((4, 0));
        listed.Items.Select(record => record.MessageId).Should().Equal([.. Enumerable.Repeat(later.Message.PublicId, 3), waiting.Message.PublicId]);
    }
}
