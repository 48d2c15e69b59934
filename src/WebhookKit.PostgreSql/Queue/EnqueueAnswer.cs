namespace WebhookKit.PostgreSql.Queue;

/// <summary>What became of a call of enqueue: its results, or why it was refused.</summary>
internal readonly record struct EnqueueAnswer(EnqueueResult[] Results, IdempotencyConflictException? Conflict)
{
    public EnqueueResult[] OrThrow() => Conflict is null ? Results : throw Conflict;
}
