namespace WebhookKit.Benchmarks.Running;

/// <summary>One line of the table: a value of the subject, divided by that of the reference where there is one.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="What">What is measured, against what.</param>
/// <param name="Unit">What <paramref name="Of"/> counts in.</param>
/// <param name="Of">The value of one sample.</param>
/// <param name="Bound">What it must reach.</param>
internal sealed record Figure(string Name, string What, string Unit, Func<Sample, double> Of, Bound Bound);
