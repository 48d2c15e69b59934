namespace WebhookKit.Benchmarks.Running;

/// <summary>A subject and what it is held against, set up and ready to be measured any number of times.</summary>
internal interface IContest : IAsyncDisposable
{
    /// <summary>Measures the subject once.</summary>
    Task<Sample> SubjectAsync(CancellationToken cancellationToken);

    /// <summary>Measures the reference once; null where the subject is measured by itself.</summary>
    Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => Task.FromResult<Sample?>(null);
}
