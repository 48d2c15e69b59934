using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

/// <summary>What the store counts is what there is: after any sequence of operations, the counters equal what a walk over all records comes to.</summary>
public sealed class AccountsTests : InMemoryStoreTests
{
    private const int Steps = 1_000, Lanes = 5;
    private static readonly string?[] Tenants = [null, "a", "b"];
    private readonly List<LeasedLane> _held = [];
    private readonly List<Settlement> _late = [];

    [Theory]
    [InlineData(1, 400, 64 * 1024 * 1024)]
    [InlineData(2, 400, 64 * 1024 * 1024)]
    [InlineData(3, 20, 64 * 1024 * 1024)]
    [InlineData(4, 400, 2_000)]
    [InlineData(5, 0, 0)]
    public async Task Counters_equal_what_there_is_after_any_sequence(int seed, int history, long historyBytes)
    {
        Open(options =>
        {
            (options.MaxHistory, options.MaxHistoryBytes) = (history, historyBytes);
            (options.MaxMessages, options.MaxDeliveries, options.MaxBytes) = (100, 300, 9_000);
            options.MaxIdempotencyKeys = 100;
        });
        var random = new Random(seed);
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync(random);
            await CheckAsync(history, historyBytes);
        }

        foreach (var tenant in Tenants)
        {
            while ((await Store.EraseAsync(tenant, 10, default)).HasMore)
                await CheckAsync(history, historyBytes);
        }

        await CheckAsync(history, historyBytes);
        var contents = ContentsOf(Store);
        (contents.Waiting.Deliveries, contents.History.Count, contents.History.Bytes + contents.History.WaitingTexts, contents.Keys.Count, contents.Deliveries.Recipients.Destinations)
            .Should().Be((0, 0, 0, 0, 0));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_contents")]
    private static extern ref StoreContents ContentsOf(InMemoryStore store);

    private async Task StepAsync(Random random)
    {
        Clock.Advance(TimeSpan.FromSeconds(random.Next(20)));
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                await TryAsync(() => Store.EnqueueAsync([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Any(random))], default));
                break;
            case 3 or 4:
                _held.AddRange((await LeaseAsync()).Lanes);
                break;
            case 5 or 6:
                await SettleAsync(random);
                break;
            case 7:
                await Store.SettleAsync(_late, default);
                _late.Clear();
                break;
            case 8:
                await Store.CancelAsync([.. (await AnyAsync(random)).Take(3)], default);
                break;
            case 9:
                await TryAsync(async () => await Store.RedeliverAsync([.. await RedeliveriesAsync(random)], default));
                break;
            case 10:
                var (data, log) = (TimeSpan.FromSeconds(random.Next(600)), TimeSpan.FromSeconds(random.Next(900)));
                await Store.TrimAsync(new TrimRequest { Data = data, Log = log, Limit = random.Next(1, 20) }, default);
                break;
            default:
                if (random.Next(5) == 0)
                    await Store.EraseAsync(Tenants[random.Next(Tenants.Length)], random.Next(1, 30), default);
                break;
        }
    }

    private static async Task TryAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            await call();
        }
        catch (WebhookException e)
        {
            e.Should().Match(exception => exception is QueueFullException || exception is IdempotencyConflictException);
        }
    }

    private static EnqueueRequest Any(Random random)
    {
        var request = Request(random.Next(Lanes), targets: random.Next(8), bytes: random.Next(200), delay: TimeSpan.FromSeconds(random.Next(60)));
        var id = new DestinationId(new Guid(random.Next(3), 0, 0, new byte[8]));
        var destination = new StoredDestination { Id = id, Settings = new() { Url = "https://r.example/" } };
        var key = new IdempotencyKey
        {
            Key = $"k{random.Next(300)}", ContentHash = SHA256.HashData([(byte)random.Next(2)]), Lifetime = TimeSpan.FromSeconds(random.Next(1, 900)),
        };
        return request with
        {
            Message = request.Message with { Tenant = Tenants[random.Next(Tenants.Length)] },
            Targets = random.Next(3) == 0 ? [.. request.Targets, DeliveryTarget.To(destination)] : request.Targets,
            Idempotency = random.Next(2) == 0 ? key : null,
        };
    }

    private async Task SettleAsync(Random random)
    {
        foreach (var lane in _held)
        {
            var settlements = lane.Deliveries.Select(delivery => Settle(lane, delivery, random)).ToArray();
            if (random.Next(4) == 0)
                _late.AddRange(settlements);
            else
                await Store.SettleAsync(settlements, default);
            if (random.Next(4) > 0)
                await Store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], default);
        }

        _held.Clear();
    }

    private static Settlement Settle(LeasedLane lane, LeasedDelivery delivery, Random random)
    {
        var settlement = random.Next(6) switch
        {
            0 => Settlements.Retry(lane, delivery, TimeSpan.FromSeconds(random.Next(60))) with { HoldsLane = random.Next(2) == 0 },
            1 => Settlements.Dead(lane, delivery),
            2 => Settlements.Cancel(lane, delivery),
            3 => Settlements.Abandon(lane, delivery),
            _ => Settlements.Delivered(lane, delivery),
        };
        return settlement.Attempt is { } attempt ? settlement with { Attempt = attempt with { ResponseBody = new string('x', random.Next(100)) } } : settlement;
    }

    private async Task<IEnumerable<DeliveryId>> AnyAsync(Random random)
    {
        var records = await ListAsync();
        return records.Count == 0 ? [] : Enumerable.Range(0, 5).Select(_ => records[random.Next(records.Count)].Id);
    }

    private async Task<IEnumerable<Redelivery>> RedeliveriesAsync(Random random)
    {
        var messages = (await Store.ListMessagesAsync(new MessageQuery { AllTenants = true, Limit = 1000 }, default)).Items;
        var sent = messages.Where(_ => random.Next(20) == 0)
            .Select(record => Redelivery.To(record.Message.PublicId, new SubscriptionId(Lane(random.Next(Lanes)).Value), random.Next(2) == 0));
        return [.. (await AnyAsync(random)).Select(delivery => Redelivery.Of(delivery, random.Next(2) == 0)), .. sent];
    }

    /// <summary>Walks all that the log gives, and compares.</summary>
    private async Task CheckAsync(int history, long historyBytes)
    {
        var contents = ContentsOf(Store);
        var deliveries = await ListAsync();
        var messages = (await Store.ListMessagesAsync(new MessageQuery { AllTenants = true, Limit = 1000 }, default)).Items;
        deliveries.Count.Should().BeLessThan(1000, "one page must show everything");
        messages.Count.Should().BeLessThan(1000);
        var (texts, waitingTexts) = (0L, 0L);
        foreach (var delivery in deliveries)
        {
            var size = (await Store.ListAttemptsAsync(delivery.Id, default)).Sum(AttemptLog.BytesOf);
            texts += size;
            waitingTexts += delivery.Status == DeliveryStatus.Waiting ? size : 0;
        }

        var waiting = deliveries.Where(delivery => delivery.Status == DeliveryStatus.Waiting).ToArray();
        var awaited = waiting.Select(delivery => delivery.MessageId).ToHashSet();
        var known = deliveries.Select(delivery => delivery.MessageId).ToHashSet();
        var idle = messages.Where(message => !awaited.Contains(message.Message.PublicId)).ToArray();
        var nowhere = messages.Count(message => !known.Contains(message.Message.PublicId));

        (contents.Waiting.Deliveries, contents.Waiting.Messages, contents.Waiting.Bytes).Should().Be(
            (waiting.Length, awaited.Count, messages.Except(idle).Sum(message => (long)message.DataLength!.Value)));
        (contents.History.Count, contents.History.Bytes).Should().Be(
            (deliveries.Count - waiting.Length + nowhere, texts + idle.Sum(message => (long)(message.DataLength ?? 0))));
        contents.History.WaitingTexts.Should().Be(waitingTexts).And.BeLessThanOrEqualTo(historyBytes / 2);
        contents.History.Count.Should().BeLessThanOrEqualTo(history);
        contents.Deliveries.Recipients.Destinations.Should().Be(
            deliveries.Select(delivery => delivery.Destination?.Id).OfType<DestinationId>().Distinct().Count());
        contents.Lanes.All.Sum(lane => lane.Line.Count).Should().Be(waiting.Length);
        contents.Lanes.All.Where(lane => !StandsRight(lane, Clock.GetTimestamp())).Should().BeEmpty();
        known.Should().BeSubsetOf(messages.Select(message => message.Message.PublicId));
        contents.History.Bytes.Should().BeLessThanOrEqualTo(historyBytes);
    }

    /// <summary>Whether a lane may be leased when it should be: never before, and as soon as it is due.</summary>
    private static bool StandsRight(Lane lane, long now)
    {
        var due = Math.Max(lane.NotBefore, lane.Line.EarliestDue);
        if (lane.Token is not null)
            return lane.Due == lane.HeldDue;
        return lane.Line.IsEmpty || (due <= now ? lane.Due <= now : lane.Due == due);
    }
}
