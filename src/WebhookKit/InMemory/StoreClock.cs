namespace WebhookKit.InMemory;

/// <summary>
/// The store's clock. Everything is decided in monotonic ticks since the store was made, so that a step of the wall clock neither strands nor floods;
/// the wall clock only labels what is reported, and always by one offset, so that reported times can be compared.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    /// <summary>Later than anything that is ever due.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Less is reading two clocks one after the other, more is a step.</summary>
    private static readonly TimeSpan StepTolerance = TimeSpan.FromMilliseconds(100);

    /// <summary>Less time than this between two readings, and the one of the wall clock in between belongs to both.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    /// <summary>A clock that moves on at each reading is taken as it is at last.</summary>
    private const int MostReadings = 10;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(36_500);

    private readonly long _start = time.GetTimestamp();
    private DateTimeOffset _origin = time.GetUtcNow();

    /// <summary>Now, in ticks; call it under the store's lock.</summary>
    public long Now()
    {
        var elapsed = time.GetElapsedTime(_start);
        for (var round = 1; ; round++)
        {
            var origin = time.GetUtcNow() - elapsed;
            if ((origin - _origin).Duration() <= StepTolerance)
                return elapsed.Ticks;
            // Either the wall clock stepped, or time passed between the two readings.
            var later = time.GetElapsedTime(_start);
            if (later - elapsed < Moment || round == MostReadings)
            {
                _origin = origin;
                return elapsed.Ticks;
            }

            elapsed = later;
        }
    }

    /// <summary>A moment as this process's <see cref="TimeProvider.GetTimestamp"/> has it.</summary>
    public long Timestamp(long ticks) => _start + (long)(ticks * (time.TimestampFrequency / (double)TimeSpan.TicksPerSecond));

    public DateTimeOffset ToUtc(long ticks) => _origin.AddTicks(ticks);

    public static long After(long now, TimeSpan delay) => now + Math.Min(delay.Ticks, LongestDelay.Ticks);
}
