namespace WebhookKit.PostgreSql.Subscriptions;

/// <summary>
/// One check for all who ask at the same time. A check counts only for those who came before it started: who comes while one runs shares the next one.
/// </summary>
internal sealed class SharedCheck
{
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>A check that starts after this call.</summary>
    public Task RunAsync(Func<Task> check)
    {
        lock (_lock)
        {
            if (_next is not null)
                return _next;
            if (_running.IsCompleted)
                return _running = Task.Run(check);
            return _next = FollowAsync(_running, check);
        }
    }

    private async Task FollowAsync(Task running, Func<Task> check)
    {
        // Whether that one failed is for those to hear who asked for it.
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task mine;
        lock (_lock)
        {
            _running = mine = Task.Run(check);
            _next = null;
        }

        await mine.ConfigureAwait(false);
    }
}
