namespace WebhookKit.PostgreSql.Subscriptions;

/// <summary>
/// One check for all who ask at the same time. A check counts only for those who came before it started: who comes while one runs shares the next one.
/// </summary>
internal sealed class SharedCheck<T>
{
    private readonly Lock _lock = new();
    private Task<T>? _running;
    private Task<T>? _next;

    /// <summary>A check that starts after this call.</summary>
    public Task<T> RunAsync(Func<Task<T>> check)
    {
        lock (_lock)
        {
            if (_next is not null)
                return _next;
            if (_running is null || _running.IsCompleted)
                return _running = Task.Run(check);
            return _next = FollowAsync(_running, check);
        }
    }

    private async Task<T> FollowAsync(Task<T> running, Func<Task<T>> check)
    {
        // Whether that one failed is for those to hear who asked for it.
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> mine;
        lock (_lock)
        {
            _running = mine = Task.Run(check);
            _next = null;
        }

        return await mine.ConfigureAwait(false);
    }
}
