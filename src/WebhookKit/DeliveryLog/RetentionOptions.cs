namespace WebhookKit;

/// <summary>How long what has ended is kept; section <c>Webhooks:Retention</c>. The in-memory store has bounds of its own beside it.</summary>
public sealed class RetentionOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>How long the data of messages is kept, unless a delivery still waits. Afterwards a message cannot be sent again.</summary>
    /// <value>30 days by default; at least <c>Webhooks:Retry:MaxAge</c>.</value>
    public TimeSpan Data { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long ended deliveries, dead-lettered ones among them, are kept with their attempts.</summary>
    /// <value>90 days by default; at least <see cref="Data"/>, at most 3,650 days.</value>
    public TimeSpan Log { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How often this node removes what is too old.</summary>
    /// <value>One hour by default; 1 minute to 7 days.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    internal IEnumerable<WebhookError> Check(TimeSpan maxAge)
    {
        const string section = "Webhooks:Retention:";
        if (Data < maxAge)
            yield return new(
                WebhookErrorCode.OutOfRange, section + nameof(Data), $"{Data} is shorter than a delivery may wait (Webhooks:Retry:MaxAge, {maxAge}).",
                "Keep data for at least as long, or lower MaxAge.");
        if (Log < Data || Log > Longest)
            yield return new(
                WebhookErrorCode.OutOfRange, section + nameof(Log), $"{Log} is shorter than Data ({Data}) or longer than {Longest}.",
                "Keep the log at least as long as the data.");
        if (Interval < TimeSpan.FromMinutes(1) || Interval > TimeSpan.FromDays(7))
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(Interval), $"{Interval} is out of range.", "Use 1 minute to 7 days.");
    }
}
