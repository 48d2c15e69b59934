using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>
/// Makes a call again and again, and has a blow fall on its first message, its second, and so on, until the call passes untouched. After each it is repeated as
/// the contract allows, and what it was to do must have been done, once.
/// </summary>
public abstract class StruckCalls : StoreSpecs, IAsyncLifetime
{
    private static readonly int[] DownAndUp = [1450, 1451];
    private readonly StruckFixture _fixture;

    protected StruckCalls() : this(new StruckFixture())
    {
    }

    private StruckCalls(StruckFixture fixture) : base(fixture) => _fixture = fixture;

    public static TheoryData<Blow> Blows => [.. Enum.GetValues<Blow>()];

    /// <summary>The store whose connections are struck; what the specs' own members do goes another way.</summary>
    protected IWebhookStore Struck => _fixture.StruckStore;

    protected ISubscriptionStore StruckSubscriptions => _fixture.StruckSubscriptions;

    public Task InitializeAsync() => _fixture.StartAsync().AsTask();

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    /// <param name="blow">What happens at each message.</param>
    /// <param name="prepare">What is there before the call; it gets the number of the message.</param>
    /// <param name="call">The call.</param>
    /// <param name="check">Repeats it, and looks at what became of it; it gets what was prepared, and the failure, if the call failed.</param>
    /// <param name="mayLeaveRest">Whether the call may succeed with a part left for others to do.</param>
    protected async Task AtEveryMessageAsync<T>(
        Blow blow, Func<int, Task<T>> prepare, Func<T, Task> call, Func<T, WebhookStoreException?, Task> check, bool mayLeaveRest = false)
    {
        for (var message = 1; ; message++)
        {
            try
            {
                var given = await prepare(message);
                var (strike, failure) = (_fixture.Proxy.StrikeAt(message, blow), default(WebhookStoreException));
                try
                {
                    await call(given);
                }
                catch (WebhookStoreException e)
                {
                    failure = e;
                }

                _fixture.Proxy.Open();
                if (failure is not null)
                    failure.Fault.Should().Be(StoreFault.Unavailable);
                if (strike is { HasFallen: true, IsForGood: true } && !mayLeaveRest)
                    failure.Should().NotBeNull();
                if (!strike.HasFallen)
                    failure.Should().BeNull();
                await check(given, failure);
                if (strike.HasFallen)
                    continue;
                message.Should().BeGreaterThan(5, "a call is more than a few messages");
                break;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{blow} at message {message}: {e.Message}", e);
            }
        }

        TellsOfEachChangeOnce();
    }

    private void TellsOfEachChangeOnce()
    {
        var changes = _fixture.Logs.Lines.Where(line => line.Id is 1450 or 1451).Select(line => line.Id).ToArray();
        changes.Should().Equal(Enumerable.Repeat(DownAndUp, changes.Length / 2).SelectMany(pair => pair));
    }
}
