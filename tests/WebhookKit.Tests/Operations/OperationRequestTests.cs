using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Operations;

/// <summary>What operations refuse, with all faults at once, before they do anything.</summary>
public sealed class OperationRequestTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Since = DateTimeOffset.UnixEpoch;

    private readonly PublishingHost _host = new();

    private IWebhookOperations Operations => _host.Services.GetRequiredService<IWebhookOperations>();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_recovery_names_all_its_faults() =>
        await RefusedAsync(
            () => Operations.RecoverAsync(new()
            {
                Tenant = "", AllTenants = true, EventType = "bad name", Reason = (DeadReason)99, Since = Since, Until = Since,
            }),
            "Tenant", "Tenant", "EventType", "Reason", "Until");

    [Fact]
    public async Task A_replay_names_all_its_faults() =>
        await RefusedAsync(
            () => Operations.ReplayAsync(new() { Subscription = default, EventType = "bad name", Since = Since, Until = Since }), "EventType", "Until");

    [Fact]
    public async Task A_tenant_is_named()
    {
        await FluentActions.Invoking(() => Operations.EraseTenantAsync(null!)).Should().ThrowAsync<ArgumentNullException>();
        await RefusedAsync(() => Operations.EraseTenantAsync(""), "Tenant");
        await RefusedAsync(() => Operations.ExplainMatchAsync("inspection.completed", tenant: new string('x', 257)), "Tenant");
    }

    [Fact]
    public async Task A_match_is_explained_for_events_that_can_be_published()
    {
        var subscription = await _host.SubscribeAsync("car.moved", "acme");

        var explained = await Operations.ExplainMatchAsync("inspection.completed", "acme");

        explained.Findings.Should().ContainSingle().Which.Examples.Should().ContainSingle().Which.Subscription.Should().Be(subscription.Id);
        (await Operations.ExplainMatchAsync("car.moved", "acme")).Should().Match<MatchExplanation>(e => e.MatchCount == 1 && e.Findings.Count == 0);
        await RefusedAsync(() => Operations.ExplainMatchAsync("unknown.happened"), "EventType");
    }

    [Fact]
    public async Task A_match_counts_the_group_and_the_attributes()
    {
        await _host.Subscriptions.CreateAsync(new Subscription
        {
            Url = "https://example.com/hook", Events = [EventPattern.Group("Inspection")], Filter = [AttributeCondition.Is("region", "eu")],
        });

        var attributes = new Dictionary<string, string> { ["region"] = "eu" };
        (await Operations.ExplainMatchAsync("inspection.completed", attributes: attributes)).MatchCount.Should().Be(1);
        (await Operations.ExplainMatchAsync("inspection.completed")).Findings.Should().ContainSingle().Which.Reason.Should().Be(NoMatchReason.FilterRefuses);
    }

    private static async Task RefusedAsync(Func<Task> operation, params string[] fields) =>
        (await operation.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Select(e => e.Field).Should().Equal(fields);
}
