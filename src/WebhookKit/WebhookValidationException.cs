namespace WebhookKit;

/// <summary>
/// Input or configuration was refused before anything was stored or sent. <see cref="Errors"/> lists every fault that was found, not only the first.
/// </summary>
public sealed class WebhookValidationException : WebhookException
{
    /// <summary>Creates the exception for the faults found; at least one.</summary>
    /// <exception cref="ArgumentException"><paramref name="errors"/> is empty.</exception>
    public WebhookValidationException(IReadOnlyList<WebhookError> errors) : base(Describe(errors)) => Errors = errors;

    /// <summary>Creates the exception for a single fault.</summary>
    public WebhookValidationException(WebhookError error) : this([error])
    {
    }

    /// <summary>Every fault that was found.</summary>
    public IReadOnlyList<WebhookError> Errors { get; }

    private static string Describe(IReadOnlyList<WebhookError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return errors.Count switch
        {
            0 => throw new ArgumentException("At least one error is needed.", nameof(errors)),
            1 => errors[0].ToString(),
            _ => string.Join(Environment.NewLine, errors.Select(e => e.ToString()).Prepend($"{errors.Count} errors:")),
        };
    }
}
