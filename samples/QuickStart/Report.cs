using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WebhookKit;

namespace QuickStart;

/// <summary>Prints what happens and what came of it.</summary>
internal sealed class Report(Settings settings)
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    public void Say(string text)
    {
        if (!settings.Json)
            Console.WriteLine(text);
    }

    /// <summary>Watches the queue until nothing waits any more.</summary>
    public async Task WatchAsync(IDeliveryLog log, Task publishing, CancellationToken cancellationToken)
    {
        var sinceLine = Stopwatch.GetTimestamp();
        while (true)
        {
            var published = publishing.IsCompleted;
            var depth = await log.MeasureAsync(cancellationToken);
            if (published && depth.Waiting == 0)
                return;
            if (Stopwatch.GetElapsedTime(sinceLine) > TimeSpan.FromSeconds(0.25))
            {
                sinceLine = Stopwatch.GetTimestamp();
                Say($"  {depth.Waiting} waiting, {depth.Due} of them due");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }
    }

    public void Table(Tally tally, IReadOnlyList<Subscription> subscriptions)
    {
        Say("");
        Say($"{"subscription",-14}{"messages",10}{"deliveries",12}{"attempts",10}{"delivered",11}{"dead",7}  last outcome");
        foreach (var subscription in subscriptions)
        {
            var row = tally.Rows.GetValueOrDefault(subscription.Id) ?? new Tally.Row();
            Say($"{subscription.Name,-14}{row.Messages.Count,10}{row.Deliveries,12}{row.Attempts,10}{row.Delivered,11}{row.Dead,7}  {row.LastOutcome}");
        }
    }

    /// <summary>The summary; in JSON its one line. What a receiver verified and refused is null where it is not ours to ask.</summary>
    public void Summary(Tally tally, DemoRun run, int? verified, int? refused)
    {
        var seconds = Math.Round(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, 2);
        if (settings.Json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                published = tally.Published,
                deliveries = tally.Deliveries,
                delivered = tally.Delivered,
                retried = tally.Retried,
                dead = tally.Dead,
                verified,
                refused,
                resumed = run.Resumed,
                resumedDeliveries = run.Waiting,
                seconds,
            }));
        else
        {
            if (run.IsResumed)
                Console.WriteLine($"\nResumed: {run.Resumed} of {run.Events} events were published before, {run.Waiting} deliveries still waited.");
            var receiver = verified is null ? "" : $"the receiver verified {verified} requests and refused {refused}; ";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\n{tally.Published} published, {tally.Deliveries} deliveries, {tally.Delivered} delivered, {tally.Retried} retries, "
                + $"{tally.Dead} dead-lettered; {receiver}{seconds} s"));
        }
    }

    /// <summary>Says what is not as it must be; 0 if everything is, else 1.</summary>
    public static int Check(IEnumerable<(string What, int Is, int MustBe)> counts)
    {
        var wrong = 0;
        foreach (var (what, actual, expected) in counts)
        {
            if (actual == expected)
                continue;
            Console.Error.WriteLine($"{what} is {actual} and must be {expected}.");
            wrong = 1;
        }

        return wrong;
    }
}
