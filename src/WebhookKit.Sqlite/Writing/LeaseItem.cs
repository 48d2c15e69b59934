using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite.Writing;

/// <summary>A call for a lease: one that finds nothing and may wait goes among those that wait.</summary>
internal sealed class LeaseItem(LeaseRequest request, long deadline) : WriteItem
{
    private readonly TaskCompletionSource<Grant> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Grant? _grant;

    public Task<Grant> Answer => _answer.Task;

    /// <summary>Until when it waits.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>Whether it found nothing, and may wait on.</summary>
    public bool Waits { get; private set; }

    public override void Run(Session session, long now)
    {
        _grant = session.Leases.Grant(request, now);
        Waits = _grant.IsEmpty && Deadline > now;
    }

    protected override void SetResult() => _answer.TrySetResult(_grant!);

    protected override void SetError(Exception error) => _answer.TrySetException(error);

    protected override void SetCancelled(CancellationToken token) => _answer.TrySetCanceled(token);
}
