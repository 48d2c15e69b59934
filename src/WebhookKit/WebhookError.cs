namespace WebhookKit;

/// <summary>One fault in what was given: which field, what is wrong with it, and what to change. Never contains a secret or a body.</summary>
/// <param name="Code">What kind of fault it is; stable, for programs.</param>
/// <param name="Field">The option, property or argument at fault, for example <c>Url</c> or <c>Webhooks:Retry:Schedule</c>.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What to change.</param>
public sealed record WebhookError(WebhookErrorCode Code, string Field, string Problem, string Remedy)
{
    /// <summary>The fault in one line: field, problem, remedy.</summary>
    public override string ToString() => $"{Field}: {Problem} {Remedy}";
}
