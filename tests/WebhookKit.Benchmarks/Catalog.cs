using WebhookKit.Benchmarks.Delivering;
using WebhookKit.Benchmarks.Matching;
using WebhookKit.Benchmarks.Publishing;
using WebhookKit.Benchmarks.Queueing;
using WebhookKit.Benchmarks.Running;
using WebhookKit.Benchmarks.Verifying;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.Benchmarks;

/// <summary>The benchmarks, in the order in which they run.</summary>
internal static class Catalog
{
    /// <summary>The name for all of them.</summary>
    public const string Everything = "all";

    private const string Control = "control.aa";
    private const int ThroughputPairs = 9;

    public static IReadOnlyList<Benchmark> All { get; } =
    [
        Verify("verify.1k", "`Verify` of Standard Webhooks, 1 KiB ÷ `HMACSHA256.HashData`", 1024),
        Verify("verify.64k", "the same with 64 KiB", 64 * 1024),
        new([new("verify.alloc", "bytes allocated by one `Verify`", "B", s => s.Bytes, Bound.AtMost(0))], AllocationContest.OpenAsync),
        new(
            [new("publish.fanout", "publish to 1,000 subscribers ÷ 1,000 × publish to one", "ns", s => s.Nanoseconds, Bound.AtMost(0.25))],
            FanOutContest.OpenAsync),
        new([new("match.scale", "10 matches among 100,000 subscriptions ÷ among 100", "ns", s => s.Nanoseconds, Bound.AtMost(1.5))], MatchContest.OpenAsync),
        new([new("queue.bytes", "memory for each waiting delivery", "B", s => s.Bytes, Bound.AtMost(250))], BytesContest.OpenAsync),
        new([Rate(Control, "the reference loop ÷ itself", Bound.None)], ControlContest.Open(20_000)) { Pairs = ThroughputPairs },
        new(
            [
                Rate("deliver.memory", "deliveries, in memory ÷ reference loop", Bound.AtLeast(0.80)),
                new("deliver.cpu", "processor time of a delivery, in memory ÷ reference loop", "µs", s => s.CpuMicroseconds, Bound.AtMost(1.40)),
                new("alloc.delivery", "bytes allocated for a delivery, in memory ÷ reference loop", "B", s => s.Bytes, Bound.AtMost(1.5)),
            ],
            DeliveryContest.Open(StoreKind.Memory, 20_000, fanOut: 1)) { Pairs = ThroughputPairs },
        Deliver("deliver.sqlite", "deliveries, SQLite FULL ÷ reference loop", StoreKind.Sqlite, fanOut: 1, Bound.AtLeast(0.35)),
        Deliver("deliver.sqlite10", "the same at fan-out 10", StoreKind.Sqlite, fanOut: 10, Bound.AtLeast(0.50)),
        Deliver("deliver.postgresql", "deliveries, PostgreSQL, fsync on, one node ÷ reference loop", StoreKind.PostgreSql, fanOut: 1, Bound.AtLeast(0.15)),
        Deliver("deliver.postgresql10", "the same at fan-out 10", StoreKind.PostgreSql, fanOut: 10, Bound.AtLeast(0.20)),
        new(
            [Rate("isolation", "healthy deliveries beside a hanging endpoint with 100,000 waiting ÷ without", Bound.AtLeast(0.92))],
            IsolationContest.OpenAsync) { Pairs = ThroughputPairs },
        new(
            [Rate("backlog.sqlite", "lease and settle with 1,000,000 waiting ÷ with 1,000, SQLite", Bound.AtLeast(0.8))],
            BacklogContest.Open(StoreKind.Sqlite)) { Pairs = ThroughputPairs },
        new(
            [Rate("backlog.postgresql", "lease and settle with 1,000,000 waiting ÷ with 1,000, PostgreSQL", Bound.AtLeast(0.8))],
            BacklogContest.Open(StoreKind.PostgreSql)) { Pairs = ThroughputPairs },
        new([Rate("nodes.postgresql", "lease and settle by two nodes ÷ by one", Bound.None)], NodesContest.OpenAsync) { Pairs = ThroughputPairs },
    ];

    public static bool Knows(string name) => All.Any(b => b.Figures.Any(f => f.Name == name));

    /// <summary>What is asked for, in this order; the control goes before throughput.</summary>
    public static IReadOnlyList<Benchmark> Find(IReadOnlyList<string> names) =>
        names.Contains(Everything) ? All : [.. All.Where(b => b.Figures.Any(f => names.Contains(f.Name)))];

    private static Benchmark Verify(string name, string what, int length) =>
        new([new(name, what, "ns", s => s.Nanoseconds, Bound.AtMost(1.0))], VerifyContest.Open(length));

    private static Benchmark Deliver(string name, string what, StoreKind store, int fanOut, Bound bound) =>
        new([Rate(name, what, bound)], DeliveryContest.Open(store, 10_000, fanOut)) { Pairs = ThroughputPairs };

    private static Figure Rate(string name, string what, Bound bound) => new(name, what, "/s", s => s.PerSecond, bound);
}
