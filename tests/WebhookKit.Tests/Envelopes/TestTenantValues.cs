using System.Collections.Concurrent;

namespace WebhookKit.Tests.Envelopes;

/// <summary>A source in the test's hands.</summary>
internal sealed class TestTenantValues : ITenantValueSource
{
    private readonly ConcurrentQueue<string?> _asked = new();

    /// <summary>What it answers, or does instead.</summary>
    public Func<string?, CancellationToken, ValueTask<TenantValues>> Answer { get; set; } = (_, _) => new(TenantValues.None);

    /// <summary>The tenants it was asked for.</summary>
    public IReadOnlyCollection<string?> Asked => _asked;

    public ValueTask<TenantValues> GetAsync(string? tenant, CancellationToken cancellationToken)
    {
        _asked.Enqueue(tenant);
        return Answer(tenant, cancellationToken);
    }
}
