using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Sqlite;

/// <summary>Each fault has a name, loses nothing that was accepted, and is over by itself once its cause is.</summary>
public sealed class FaultTests : SqliteTests
{
    private readonly LogLines _log = new();

    [Fact]
    public async Task A_full_disk_is_told_and_publishing_goes_on_when_there_is_room()
    {
        await using var node = Open();
        await EnqueueAsync(node, Request());
        var limit = await LimitPagesAsync(node, 0);

        await FailsAsync(node, StoreFault.Full, Request(bytes: 1_000_000));
        await FailsAsync(node, StoreFault.Full, Request(bytes: 1_000_000));
        (await WaitingAsync(node)).Should().Be(1, "what was accepted is there, and nothing of what was refused");
        (await WorkAsync(node)).Should().Be(1, "what makes no more room is done even now");
        await LimitPagesAsync(node, limit);
        await EnqueueAsync(node, Request(bytes: 1_000_000));

        (await WorkAsync(node)).Should().Be(1);
        Told(1400, 1401);
    }

    [Fact]
    public async Task On_a_full_disk_a_call_without_room_takes_nothing_from_the_others_of_its_group()
    {
        await using var node = Open();
        await EnqueueAsync(node, Request());
        var lane = (await LeaseAsync(node)).Lanes.Single();
        await LimitPagesAsync(node, 1);

        var settled = node.Store.SettleAsync([WebhookKit.Testing.Settlements.Delivered(lane, lane.Deliveries[0])], CancellationToken.None).AsTask();
        var refused = FailsAsync(node, StoreFault.Full, Request(bytes: 1_000_000));

        (await settled).Should().Equal(SettleOutcome.Applied);
        await refused;
    }

    [Fact]
    public async Task A_lock_of_somebody_else_is_waited_for_then_told_and_its_end_noticed()
    {
        await using var node = Open(options => options.BusyTimeout = TimeSpan.FromMilliseconds(20));
        await EnqueueAsync(node, Request());
        using (var other = Connect())
        {
            Execute(other, "BEGIN IMMEDIATE");
            await FailsAsync(node, StoreFault.Locked, Request());
            (await WaitingAsync(node)).Should().Be(1, "reading goes on");
        }

        await EnqueueAsync(node, Request());
        (await WorkAsync(node)).Should().Be(2);
        Told(1400, 1401);
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_told_and_opened_again()
    {
        await using var node = Open();
        await EnqueueAsync(node, Request());
        await WriteAsync(node, session =>
        {
            session.Database.Execute("PRAGMA query_only = 1");
            return true;
        });

        await FailsAsync(node, StoreFault.ReadOnly, Request());
        await EnqueueAsync(node, Request());

        (await WorkAsync(node)).Should().Be(2);
        Told(1400, 1401);
    }

    [Fact]
    public async Task Who_waits_for_a_lane_waits_through_a_fault()
    {
        await using var node = Open(options => options.BusyTimeout = TimeSpan.Zero);
        await node.File.OpenAsync(CancellationToken.None);
        var waiting = LeaseAsync(node, wait: TimeSpan.FromHours(1));
        await WriteAsync(node, _ => true);
        using (var other = Connect())
        {
            Execute(other, "BEGIN IMMEDIATE");
            await FailsAsync(node, StoreFault.Locked, Request());
        }

        await EnqueueAsync(node, Request());

        (await waiting.WaitAsync(Patience)).Lanes.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_during_a_fault_ends_with_it()
    {
        await using var node = Open(options => options.BusyTimeout = TimeSpan.Zero);
        await node.File.OpenAsync(CancellationToken.None);
        var waiting = LeaseAsync(node, wait: TimeSpan.FromMinutes(1));
        await WriteAsync(node, _ => true);
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        await FailsAsync(node, StoreFault.Locked, Request());

        Clock.Advance(TimeSpan.FromMinutes(2));

        (await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<WebhookStoreException>())
            .Which.Fault.Should().Be(StoreFault.Locked);
    }

    [Fact]
    public async Task A_fan_out_that_finds_no_room_is_accepted_and_goes_on_later()
    {
        await using var node = Open();
        var writer = (await node.File.OpenAsync(CancellationToken.None)).Writer;
        // Room for the acceptance and what is made of it at once, but not for all.
        var limit = await LimitPagesAsync(node, 150);

        await EnqueueAsync(node, Request(targets: 5_000)).WaitAsync(Patience);
        (await WaitingAsync(node)).Should().Be(5_000, "all that was accepted waits");
        writer.Expansions.IsEmpty.Should().BeFalse();
        await LimitPagesAsync(node, limit);
        for (var i = 0; i < 20 && !writer.Expansions.IsEmpty; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await WriteAsync(node, _ => true);
        }

        writer.Expansions.IsEmpty.Should().BeTrue();
        (await WriteAsync(node, session => session.Database.Statement("SELECT count(*) FROM delivery").Scalar())).Should().Be(5_000);
    }

    [Fact]
    public async Task What_is_no_database_is_refused_as_unreadable()
    {
        await File.WriteAllTextAsync(Folder.File, new string('x', 10_000));
        await using var node = Open();
        await FailsAsync(node, StoreFault.Unreadable, Request());
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_refused_and_found_once_it_is_there()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Folder.File)!, "missing");
        await using var node = Folder.Open(file: Path.Combine(folder, "webhooks.db"));
        await FailsAsync(node, StoreFault.Refused, Request());

        Directory.CreateDirectory(folder);

        await EnqueueAsync(node, Request());
    }

    [Fact]
    public async Task A_destination_that_cannot_be_read_comes_with_its_fault_and_the_others_of_its_lane_as_ever()
    {
        static StoredDestination To(string path) => new()
        {
            Id = new DestinationId(Guid.CreateVersion7()), Settings = new WebhookDestination { Url = $"https://receiver.example/{path}" },
        };
        var (lost, fine) = (To("lost"), To("fine"));
        await using var node = Open();
        await EnqueueAsync(node, Request() with { Targets = [DeliveryTarget.To(lost), DeliveryTarget.To(fine)] });
        await WriteAsync(node, session =>
        {
            session.Database.Statement("UPDATE destination SET settings = '{' WHERE id = ?").Add(lost.Id.Value).Run();
            return true;
        });

        var lane = (await LeaseAsync(node)).Lanes.Should().ContainSingle().Subject;

        lane.Deliveries.Select(delivery => (delivery.Destination!.Id, delivery.Destination.Fault?.Fault))
            .Should().Equal((lost.Id, StoreFault.Unreadable), (fine.Id, null));
        (await ListAsync(node)).Select(record => record.Destination!.Id).Should().BeEquivalentTo([lost.Id, fine.Id]);
    }

    [Fact]
    public async Task On_a_full_disk_looking_for_work_says_nothing_of_the_disk()
    {
        await using var node = Open();
        await node.File.OpenAsync(CancellationToken.None);
        var limit = await LimitPagesAsync(node, 0);

        await FailsAsync(node, StoreFault.Full, Request(bytes: 1_000_000));
        (await LeaseAsync(node)).Lanes.Should().BeEmpty();
        (await FluentActions.Awaiting(() => EnqueueAsync(node, Request(bytes: 1_000_000))).Should().ThrowAsync<WebhookStoreException>())
            .Which.IsReported.Should().BeTrue("one line said so, and the dispatcher need not");

        Told(1400);
        await LimitPagesAsync(node, limit);
        await EnqueueAsync(node, Request());
        Told(1400, 1401);
    }

    [Fact]
    public async Task A_lane_in_which_something_cannot_be_read_is_set_back_and_the_others_go_on()
    {
        await using var node = Open();
        await EnqueueAsync(node, Request(lane: 1));
        await SetAttributesAsync(node, "'{'");
        await EnqueueAsync(node, Request(lane: 2));

        (await LeaseAsync(node)).Lanes.Should().ContainSingle().Which.Lane.Should().Be(Lane(2));
        (await LeaseAsync(node)).Lanes.Should().BeEmpty();
        _log.Lines.Should().ContainSingle(line => line.Id.Id == 1408);

        await SetAttributesAsync(node, "NULL");
        Clock.Advance(TimeSpan.FromMinutes(5));
        (await LeaseAsync(node)).Lanes.Should().Contain(lane => lane.Lane == Lane(1));
    }

    [Fact]
    public async Task A_protector_that_does_not_answer_keeps_no_lane_from_being_handed_out()
    {
        await using var node = Folder.Open(protector: new Silent());
        var destination = new StoredDestination
        {
            Id = new DestinationId(Guid.CreateVersion7()),
            Settings = new WebhookDestination { Url = "https://receiver.example/", Authentication = EndpointAuthentication.Bearer("token-1234567890") },
        };
        await EnqueueAsync(node, Request() with { Targets = [DeliveryTarget.To(destination)] });
        var leasing = LeaseAsync(node);
        var started = Environment.TickCount64;
        while (!leasing.IsCompleted && Environment.TickCount64 - started < Patience.TotalMilliseconds)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        leasing.IsCompleted.Should().BeTrue("a lease is handed out within a bounded time");
        var delivery = (await leasing).Lanes.Single().Deliveries.Single();

        delivery.Destination!.Fault!.Fault.Should().Be(StoreFault.Unavailable);
        delivery.Destination.Settings.Url.Should().Be("https://receiver.example/");
    }

    private static Task<bool> SetAttributesAsync(SqliteNode node, string value) => WriteAsync(node, session =>
    {
        session.Database.Execute($"UPDATE message SET attributes = {value}");
        return true;
    });

    /// <summary>Protects, and never says what it protected.</summary>
    private sealed class Silent : ISecretProtector
    {
        public ValueTask<byte[]> ProtectAsync(ReadOnlyMemory<byte> plaintext, SecretContext context, CancellationToken cancellationToken) =>
            new(new byte[plaintext.Length]);

        public ValueTask<byte[]> UnprotectAsync(ReadOnlyMemory<byte> protectedBytes, SecretContext context, CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<byte[]>().Task);
    }

    private SqliteNode Open(Action<SqliteStoreOptions>? configure = null) => Folder.Open(configure, logger: LoggerFactory.Create(logging =>
        logging.AddProvider(_log)).CreateLogger("test"));

    /// <summary>The changes of state, one line for each.</summary>
    private void Told(params int[] ids) => _log.Lines.Select(line => line.Id.Id).Where(id => id is 1400 or 1401).Should().Equal(ids);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Folder.File};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Allows the file no more pages than it has, or this many; answers with how many it was allowed before.</summary>
    private static Task<long> LimitPagesAsync(SqliteNode node, long pages) => WriteAsync(node, session =>
    {
        var before = long.Parse(session.Database.Text("PRAGMA max_page_count")!, System.Globalization.CultureInfo.InvariantCulture);
        _ = session.Database.Text($"PRAGMA max_page_count = {Math.Max(pages, 1)}");
        return before;
    });

    private static async Task FailsAsync(SqliteNode node, StoreFault fault, EnqueueRequest request) =>
        (await FluentActions.Awaiting(() => EnqueueAsync(node, request)).Should().ThrowAsync<WebhookStoreException>()).Which.Fault.Should().Be(fault);
}
