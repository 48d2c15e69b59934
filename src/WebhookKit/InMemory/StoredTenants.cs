using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>The tenants of which the store knows anything; null is the host's own.</summary>
internal sealed class StoredTenants
{
    private readonly ShrinkingIndex<ValueTuple<string?>, StoredTenant> _byName = new();

    public bool TryGet(string? name, [NotNullWhen(true)] out StoredTenant? tenant) => _byName.TryGet(new(name), out tenant);

    public StoredTenant GetOrAdd(string? name)
    {
        if (!TryGet(name, out var tenant))
            _byName[new(name)] = tenant = new StoredTenant(name);
        return tenant;
    }

    /// <summary>Something of the tenant was removed; with the last of it the tenant goes.</summary>
    public void Shortened(StoredTenant tenant)
    {
        if (tenant.IsEmpty)
            _byName.Remove(new(tenant.Name), tenant);
    }
}
