using WebhookKit.Messages;

namespace WebhookKit.Operations;

/// <summary>Finds the faults of what an operation is asked to do.</summary>
internal static class RequestRules
{
    public static void Check(RecoverRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<WebhookError> errors = [];
        if (request is { AllTenants: true, Tenant: not null })
            errors.Add(new(
                WebhookErrorCode.Contradiction, nameof(request.Tenant), "One tenant is given, and all tenants are asked for.",
                "Leave out Tenant or AllTenants."));
        CheckTenant(request.Tenant, errors);
        CheckEventType(request.EventType, errors);
        if (request.Reason is { } reason && !Enum.IsDefined(reason))
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(request.Reason), "The reason is unknown.", "Use a member of DeadReason."));
        CheckTimes(request.Since, request.Until, errors);
        Throw(errors);
    }

    public static void Check(ReplayRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<WebhookError> errors = [];
        CheckEventType(request.EventType, errors);
        CheckTimes(request.Since, request.Until, errors);
        Throw(errors);
    }

    public static void CheckTenant(string? tenant)
    {
        List<WebhookError> errors = [];
        CheckTenant(tenant, errors);
        Throw(errors);
    }

    /// <summary>Null is allowed though tenants may be required: what was stored before they were must stay within reach.</summary>
    private static void CheckTenant(string? tenant, List<WebhookError> errors)
    {
        if (TenantName.Check("Tenant", tenant, new TenantOptions()) is { } error)
            errors.Add(error);
    }

    /// <summary>It need not be registered: what was published before it was taken away must stay within reach.</summary>
    private static void CheckEventType(string? eventType, List<WebhookError> errors)
    {
        if (eventType is not null && !EventTypeName.IsValid(eventType))
            errors.Add(EventTypeName.Error("EventType", eventType));
    }

    private static void CheckTimes(DateTimeOffset since, DateTimeOffset? until, List<WebhookError> errors)
    {
        if (until <= since)
            errors.Add(new(WebhookErrorCode.Contradiction, "Until", "It is not later than Since.", "Leave it out, or give a later time."));
    }

    private static void Throw(List<WebhookError> errors)
    {
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);
    }
}
