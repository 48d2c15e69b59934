using System.Runtime.ExceptionServices;

namespace WebhookKit.Testing;

/// <summary>One thing that every store must do. Got from <see cref="StoreSpecCatalog"/>.</summary>
public sealed class StoreSpec
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private readonly Func<StoreFixture, Task> _body;

    internal StoreSpec(string topic, string name, Func<StoreFixture, Task> body)
    {
        Topic = topic;
        Name = name;
        _body = body;
    }

    /// <summary>What it is about, for example <c>Lease</c>.</summary>
    public string Topic { get; }

    /// <summary>What the store must do, as a sentence with underscores, and the case in brackets if there are several.</summary>
    public string Name { get; }

    /// <summary>Topic and name, joined by a full stop: unique in the catalogue, and stable, so that a test framework can list it.</summary>
    public string Id => $"{Topic}.{Name}";

    /// <summary>Starts the fixture, holds its store to this spec, and disposes of the fixture in any case.</summary>
    /// <param name="fixture">A fixture that was not started yet.</param>
    /// <exception cref="SpecFailedException">The store does not do it, or did not come to an end within three minutes.</exception>
    /// <exception cref="AggregateException">The spec failed, and then the fixture could not be disposed of.</exception>
    public async Task RunAsync(StoreFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var failure = await FailureOfAsync(Task.Run(() => RunStartedAsync(fixture))).ConfigureAwait(false);
        try
        {
            await fixture.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (failure is not null)
        {
            throw new AggregateException(failure, e);
        }

        if (failure is SpecFailedException named)
            named.Spec = Id;
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>The same as <see cref="Id"/>.</summary>
    public override string ToString() => Id;

    private async Task RunStartedAsync(StoreFixture fixture)
    {
        await fixture.StartAsync().ConfigureAwait(false);
        await Expect.InTimeAsync(_body(fixture), Deadline, "the spec").ConfigureAwait(false);
    }

    private static async Task<Exception?> FailureOfAsync(Task run)
    {
        try
        {
            await run.ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
