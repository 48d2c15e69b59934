namespace WebhookKit.Retry;

/// <summary>The limits of retry settings, and the faults found in some; all are reported together.</summary>
internal sealed class RetryFaults
{
    private const int MaxCount = 1000;
    private const double MaxFactor = 100;
    public static readonly TimeSpan MaxDuration = TimeSpan.FromDays(365);

    private readonly List<WebhookError> _errors = [];

    public IReadOnlyList<WebhookError> Errors => _errors;

    public static bool IsJitter(double value) => value is >= 0 and <= 1;

    public static WebhookError Jitter(string field) => new(
        WebhookErrorCode.OutOfRange, field, "The jitter is not a part of the delay.", "Give a number from 0 (none) to 1 (up to the delay again).");

    public void CheckJitter(string field, double value)
    {
        if (!IsJitter(value))
            _errors.Add(Jitter(field));
    }

    public void CheckDuration(string field, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > MaxDuration)
            Add(field, $"{value} is not a delay.", "Give a time above zero and up to 365 days; the first attempt is made at once and is not listed.");
    }

    public void CheckCount(string field, int value)
    {
        if (value is < 1 or > MaxCount)
            Add(field, $"{value} is not between 1 and {MaxCount}.", "Give a number in this range; for a single attempt use RetryPolicy.None.");
    }

    public void CheckFactor(string field, double value)
    {
        if (value is not (>= 1 and <= MaxFactor))
            Add(field, "The factor is not between 1 and 100.", "Give a factor in this range; 2 doubles the delay each time.");
    }

    public void CheckOrder(string lesserField, TimeSpan lesser, string greaterField, TimeSpan greater)
    {
        if (lesser > greater)
            AddContradiction(lesserField, $"{lesserField} ({lesser}) is longer than {greaterField} ({greater}).", "Shorten the one or lengthen the other.");
    }

    public void AddContradiction(string field, string problem, string remedy) =>
        _errors.Add(new WebhookError(WebhookErrorCode.Contradiction, field, problem, remedy));

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
            throw new WebhookValidationException(_errors);
    }

    private void Add(string field, string problem, string remedy) => _errors.Add(new WebhookError(WebhookErrorCode.OutOfRange, field, problem, remedy));
}
