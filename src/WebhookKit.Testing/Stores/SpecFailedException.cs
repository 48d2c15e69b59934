namespace WebhookKit.Testing;

/// <summary>A store does not do what a spec says.</summary>
public sealed class SpecFailedException : WebhookException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What was looked at, what was expected of it and what it was.</param>
    public SpecFailedException(string problem) : base(problem)
    {
    }

    /// <summary>The spec that failed (<see cref="StoreSpec.Id"/>); null if it was not run from the catalogue.</summary>
    public string? Spec { get; internal set; }

    /// <summary>The spec, and below it what was looked at, what was expected of it and what it was.</summary>
    public override string Message => Spec is null ? base.Message : $"{Spec}{Environment.NewLine}{base.Message}";
}
