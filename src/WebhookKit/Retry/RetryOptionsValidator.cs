namespace WebhookKit.Retry;

/// <summary>Finds the faults of <see cref="RetryOptions"/>.</summary>
internal static class RetryOptionsValidator
{
    private const string Section = "Webhooks:Retry";

    public static IReadOnlyList<WebhookError> Validate(RetryOptions options)
    {
        var faults = new RetryFaults();
        faults.CheckJitter($"{Section}:{nameof(options.Jitter)}", options.Jitter);
        faults.CheckDuration($"{Section}:{nameof(options.MaxAge)}", options.MaxAge);
        if (options.Schedule is { Count: > 0 } schedule)
        {
            const string Field = $"{Section}:{nameof(RetryOptions.Schedule)}";
            faults.CheckCount(Field, schedule.Count);
            for (var i = 0; i < schedule.Count; i++)
                faults.CheckDuration($"{Field}:{i}", schedule[i]);
            if (faults.Errors.Count == 0 && schedule.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay) > options.MaxAge)
                faults.AddContradiction(Field, $"The delays add up to more than Webhooks:Retry:MaxAge ({options.MaxAge}), so the last are never reached.",
                    "Shorten the schedule or raise MaxAge.");
        }

        return faults.Errors;
    }
}
