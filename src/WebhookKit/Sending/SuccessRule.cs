namespace WebhookKit;

/// <summary>Which statuses of an answer mean that the receiver accepted the webhook. Only the status counts, never the body.</summary>
public sealed class SuccessRule
{
    private const int Lowest = 200;
    private const int Highest = 599;
    private const string Custom = "custom";

    private readonly Func<int, bool> _accepts;
    private readonly string _description;

    private SuccessRule(Func<int, bool> accepts, string description, IReadOnlyList<int>? statuses = null)
    {
        _accepts = accepts;
        _description = description;
        Statuses = statuses;
    }

    /// <summary>200 to 299: the default.</summary>
    public static SuccessRule Any2xx { get; } = new(static status => status is >= 200 and <= 299, "2xx");

    /// <summary>One status only.</summary>
    /// <exception cref="WebhookValidationException">It is not from 200 to 599.</exception>
    public static SuccessRule Exactly(int status) => OneOf(status);

    /// <summary>Any status of a list.</summary>
    /// <exception cref="WebhookValidationException">The list is empty, or a status is not from 200 to 599; all faults are named.</exception>
    public static SuccessRule OneOf(params ReadOnlySpan<int> statuses)
    {
        List<WebhookError> errors = [];
        if (statuses.IsEmpty)
            errors.Add(new WebhookError(WebhookErrorCode.Required, "Success", "No status is listed.", "List at least one."));
        foreach (var status in statuses)
        {
            if (status is < Lowest or > Highest)
                errors.Add(new WebhookError(WebhookErrorCode.OutOfRange, "Success", $"{status} is not a final status.", "Give one from 200 to 599."));
        }

        if (errors.Count > 0)
            throw new WebhookValidationException(errors);

        var accepted = statuses.ToArray();
        return new SuccessRule(status => accepted.AsSpan().Contains(status), string.Join(", ", accepted), accepted);
    }

    /// <summary>Whatever status the host's own rule accepts. The rule must be a pure function.</summary>
    public static SuccessRule Where(Func<int, bool> accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return new SuccessRule(accepts, Custom);
    }

    /// <summary>Whether an answer with this status is a success.</summary>
    public bool Accepts(int status) => _accepts(status);

    /// <summary>The statuses of a rule that lists them; null for any other.</summary>
    internal IReadOnlyList<int>? Statuses { get; }

    /// <summary>A text that says all there is to say about this rule; null for the host's own code.</summary>
    internal string? Identity() => string.Equals(_description, Custom, StringComparison.Ordinal) ? null : _description;

    /// <summary>The statuses, or <c>custom</c>.</summary>
    public override string ToString() => _description;
}
