namespace WebhookKit.PostgreSql.Queue;

/// <summary>What became of calls of enqueue that were decided together.</summary>
/// <param name="Answers">One for each call, in their order.</param>
/// <param name="Write">What was written of them.</param>
internal sealed record EnqueueDecision(EnqueueAnswer[] Answers, EnqueueWrite Write);
