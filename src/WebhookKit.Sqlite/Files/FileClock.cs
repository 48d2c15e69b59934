namespace WebhookKit.Sqlite.Files;

/// <summary>
/// The store's clock. It goes on where it stood when the file was last written, or at the wall clock's time if that is later, and from then on it is monotonic:
/// a step of the wall clock while the process lives neither strands nor floods. The wall clock only labels what is reported, always by one offset, so that
/// reported times can be compared. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Between two runs nothing tells a step of the wall clock from time that passed: set forwards, what waits is due that much earlier; set backwards, the
/// store's clock does not follow, and nothing waits longer than it should.
/// </remarks>
internal sealed class FileClock
{
    /// <summary>Less is reading two clocks one after the other, more is a step.</summary>
    private static readonly long StepTolerance = TimeSpan.TicksPerMillisecond * 100;

    /// <summary>Less time than this between two readings, and the one of the wall clock in between belongs to both.</summary>
    private const long Moment = TimeSpan.TicksPerMillisecond;

    /// <summary>A clock that moves on at each reading is taken as it is at last.</summary>
    private const int MostReadings = 10;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(36_500);
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _base;
    private long _offset;

    public FileClock(TimeProvider time, long lastKnown)
    {
        _time = time;
        _start = time.GetTimestamp();
        var wall = time.GetUtcNow().UtcTicks;
        _base = Math.Max(wall, lastKnown);
        _offset = wall - _base;
    }

    /// <summary>Now, in the store's ticks.</summary>
    public long Now()
    {
        var now = Monotonic();
        for (var round = 1; ; round++)
        {
            var offset = _time.GetUtcNow().UtcTicks - now;
            if (Math.Abs(offset - Volatile.Read(ref _offset)) <= StepTolerance)
                return now;
            // Either the wall clock stepped, or time passed between the two readings.
            var later = Monotonic();
            if (later - now < Moment || round == MostReadings)
            {
                Volatile.Write(ref _offset, offset);
                return now;
            }

            now = later;
        }
    }

    /// <summary>A moment as this process's <see cref="TimeProvider.GetTimestamp"/> has it.</summary>
    public long Timestamp(long ticks) => _start + (long)((ticks - _base) * (_time.TimestampFrequency / (double)TimeSpan.TicksPerSecond));

    public DateTimeOffset ToUtc(long ticks) =>
        new(Math.Clamp(ticks + Volatile.Read(ref _offset), DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    public DateTimeOffset? ToUtc(long? ticks) => ticks is { } known ? ToUtc(known) : null;

    /// <summary>A reported time in the store's ticks.</summary>
    public long ToTicks(DateTimeOffset time) => time.UtcTicks - Volatile.Read(ref _offset);

    public long? ToTicks(DateTimeOffset? time) => time is { } known ? ToTicks(known) : null;

    public static long After(long now, TimeSpan delay) => now + Math.Min(delay.Ticks, LongestDelay.Ticks);

    private long Monotonic() => _base + _time.GetElapsedTime(_start).Ticks;
}
