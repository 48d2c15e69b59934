using WebhookKit.Sqlite.DeliveryLog;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Tests.Sqlite;

/// <summary>No query of the hot path reads more than it answers with: each finds its rows by an index, whatever waits elsewhere.</summary>
public sealed class QueryPlanTests : SqliteTests
{
    [Fact]
    public async Task What_the_writer_prepared_scans_no_table_and_sorts_nothing()
    {
        await using var node = Folder.Open();
        var key = new IdempotencyKey { Key = "k", ContentHash = new byte[32], Lifetime = TimeSpan.FromDays(1) };
        var large = Request(lane: 2, targets: 2_500);
        await EnqueueAsync(node, Request(), Request(lane: 3, key: key), large);
        while (await WaitingAsync(node) > 2_000)
            await WorkAsync(node);
        await LeaseAsync(node, deliveries: 1);
        await node.Store.CancelMessageAsync(large.Message.PublicId, 10, CancellationToken.None);
        await node.Store.WakeAsync([Lane(2)], CancellationToken.None);
        var delivered = new DeliveryQuery { AllTenants = true, Status = DeliveryStatus.Delivered };
        var ended = (await node.Store.ListDeliveriesAsync(delivered, CancellationToken.None)).Items[0].Id;
        await node.Store.RedeliverAsync(
            [Redelivery.Of(ended, once: false), Redelivery.To(large.Message.PublicId, SubscriptionId.New(Clock), once: true)], CancellationToken.None);
        await node.Store.TrimAsync(new TrimRequest { Data = TimeSpan.Zero, Log = TimeSpan.Zero, Limit = 10 }, CancellationToken.None);
        await node.Store.EraseAsync(null, 10, CancellationToken.None);

        var scans = await WriteAsync(node, session => session.Database.Texts.ToArray()
            .SelectMany(text => Plan(session.Database, text).Where(IsScan).Select(step => $"{step}: {text}")).ToArray());

        scans.Should().OnlyContain(scan => AtTheStart.Any(text => scan.Contains(text)));
    }

    [Theory]
    [InlineData(nameof(DeliveryDriver.None), "PRIMARY KEY (rowid>? AND rowid<?)", "PRIMARY KEY (rowid>? AND rowid<?)")]
    [InlineData(nameof(DeliveryDriver.Message), "INDEX delivery_message (", "INDEX delivery_ended_message (")]
    [InlineData(nameof(DeliveryDriver.Subscription), "INDEX delivery_lane (", "INDEX delivery_ended_target (")]
    [InlineData(nameof(DeliveryDriver.Destination), "INDEX delivery_destination (", "INDEX delivery_ended_target (")]
    public async Task A_page_of_the_log_reads_a_range(string driver, string waiting, string ended)
    {
        await using var node = Folder.Open();
        var queries = (DeliveryDriver)typeof(DeliveryDriver).GetField(driver)!.GetValue(null)!;
        foreach (var text in new[] { queries.Page, queries.Previous })
        {
            var steps = await WriteAsync(node, session => Plan(session.Database, text).ToArray());

            steps.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal) && (step.Contains("delivery") || step.Contains("message"))).Should().BeEmpty();
            if (text == queries.Page)
                steps.Should().Contain(step => step.Contains(waiting)).And.Contain(step => step.Contains(ended));
        }
    }

    [Fact]
    public async Task Where_the_log_of_a_time_begins_is_found_in_an_index()
    {
        await using var node = Folder.Open();
        var steps = await WriteAsync(node, session => Plan(session.Database, WebhookKit.Sqlite.DeliveryLog.LogQuery.Load("made_before")).ToArray());

        steps.Should().NotContain(step => step.Contains("TEMP B-TREE"))
            .And.Contain("SEARCH delivery_ended USING COVERING INDEX delivery_ended_ended (ended<?)");
    }

    private static readonly string[] AtTheStart = ["FROM counter", "DISTINCT message FROM pending", "FROM subscription ORDER BY no", "FROM schema_info"];

    private static readonly string[] Explained = ["SELECT", "DELETE", "UPDATE", "--"];

    /// <summary>Reading an index from its beginning is no scan: it ends at the first row.</summary>
    private static bool IsScan(string step) => 
        (step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("CONSTANT ROW") && !step.Contains("USING COVERING INDEX lane_due"))
        || step.Contains("TEMP B-TREE");

    private static List<string> Plan(Database database, string text)
    {
        if (!Explained.Any(word => text.StartsWith(word, StringComparison.Ordinal)))
            return [];
        using var plan = new Statement(Handle(database), "EXPLAIN QUERY PLAN " + text);
        var steps = new List<string>();
        while (plan.Read())
            steps.Add(plan.GetString(3));
        return steps;
    }

    private static SQLitePCL.sqlite3 Handle(Database database) => database.Handle;
}
