namespace WebhookKit.Dispatching;

/// <summary>
/// How many requests one lane may have in flight: two at first, one more for each success, so it doubles with every round, up to the maximum;
/// one after a timeout, so that a slow endpoint cannot fill the slots that all lanes share. A slow success does not widen it, and other failures
/// leave it as it is.
/// </summary>
internal struct ConcurrencyWindow
{
    private const int Start = 2;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private readonly int _max;

    public ConcurrencyWindow(int? learned, int max)
    {
        _max = max;
        Limit = Math.Clamp(learned ?? Start, 1, max);
    }

    public int Limit { get; private set; }

    public void Observe(AttemptOutcome outcome, TimeSpan duration) => Limit = outcome switch
    {
        AttemptOutcome.Delivered when duration < Slow => Math.Min(Limit + 1, _max),
        AttemptOutcome.TimedOut => 1,
        _ => Limit,
    };
}
