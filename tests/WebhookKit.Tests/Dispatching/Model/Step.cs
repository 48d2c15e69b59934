namespace WebhookKit.Tests.Dispatching.Model;

/// <summary>One thing that happens to the system.</summary>
/// <param name="Kind">What.</param>
/// <param name="Number">To whom, or how much: read by the step as it needs.</param>
/// <param name="MeanwhileSending">Whether it happens while the next request is in flight, instead of between requests.</param>
internal sealed record Step(StepKind Kind, int Number, bool MeanwhileSending);
