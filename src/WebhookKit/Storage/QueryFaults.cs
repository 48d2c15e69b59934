using System.Globalization;

namespace WebhookKit.Storage;

/// <summary>Finds everything that is wrong with a query.</summary>
internal sealed class QueryFaults(string query)
{
    private const int MaxLimit = 1_000;
    private readonly List<WebhookError> _faults = [];

    /// <summary>One tenant and all of them cannot be asked for together.</summary>
    public void CheckTenant(string? tenant, bool allTenants)
    {
        if (allTenants && tenant is not null)
            _faults.Add(new WebhookError(
                WebhookErrorCode.Contradiction, $"{query}.Tenant", "One tenant is given, and all tenants are asked for.", "Leave out Tenant or AllTenants."));
    }

    /// <summary>Where a page starts: before this number. Without a continuation, before every number.</summary>
    public long ReadPage(int limit, string? continuation)
    {
        if (limit is < 1 or > MaxLimit)
            _faults.Add(new WebhookError(WebhookErrorCode.OutOfRange, $"{query}.Limit", $"It is {limit}.", $"Ask for 1 to {MaxLimit}."));
        if (continuation is null)
            return long.MaxValue;
        if (!long.TryParse(continuation, NumberStyles.None, CultureInfo.InvariantCulture, out var before) || before < 1)
            _faults.Add(new WebhookError(
                WebhookErrorCode.InvalidId, $"{query}.Continuation", "It is not one that this store gave.", "Give the Next of the page before, or null."));
        return before;
    }

    /// <summary>The continuation of a page that ends with this number.</summary>
    public static string After(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="WebhookValidationException">Something is wrong.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
            throw new WebhookValidationException(_faults);
    }
}
