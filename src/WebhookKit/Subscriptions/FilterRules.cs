using WebhookKit.Messages;

namespace WebhookKit.Subscriptions;

/// <summary>Finds the faults of a subscription's filter.</summary>
internal static class FilterRules
{
    private const int MaxConditions = 50;
    private const int MaxValues = 1000;

    public static IEnumerable<WebhookError> Check(IReadOnlyList<AttributeCondition>? filter)
    {
        const string field = nameof(Subscription.Filter);
        if (filter is null)
            return [new(WebhookErrorCode.Required, field, "The value is null.", "Use an empty list.")];
        if (filter.Count > MaxConditions)
            return [new(WebhookErrorCode.OutOfRange, field, $"There are more than {MaxConditions} conditions.", "One condition can have many values.")];
        return filter.SelectMany((condition, i) => Check($"{field}[{i}]", condition));
    }

    private static List<WebhookError> Check(string field, AttributeCondition? condition)
    {
        if (condition is null)
            return [new(WebhookErrorCode.Required, field, "The condition is null.", "Leave it out.")];
        List<WebhookError> errors = [];
        if (AttributeRules.CheckName($"{field}.{nameof(condition.Name)}", condition.Name) is { } error)
            errors.Add(error);
        var valuesField = $"{field}.{nameof(condition.Values)}";
        if (!Enum.IsDefined(condition.Kind))
            errors.Add(new(
                WebhookErrorCode.OutOfRange, $"{field}.{nameof(condition.Kind)}", "The kind is unknown.", "Use a member of AttributeConditionKind."));
        else if (condition.Values is null)
            errors.Add(new(WebhookErrorCode.Required, valuesField, "The value is null.", "Use an empty list."));
        else if (condition.Compares && condition.Values.Count == 0)
            errors.Add(new(WebhookErrorCode.Required, valuesField, "There is no value to compare with.", "Give at least one, or use Exists or Missing."));
        else if (!condition.Compares && condition.Values.Count > 0)
            errors.Add(new(WebhookErrorCode.Contradiction, valuesField, $"{condition.Kind} compares with no value.", "Leave the values out."));
        else if (condition.Values.Count > MaxValues)
            errors.Add(new(WebhookErrorCode.OutOfRange, valuesField, $"There are more than {MaxValues} values.", "Filter by a coarser attribute."));
        else
            errors.AddRange(condition.Values.SelectMany((value, i) => CheckValue($"{valuesField}[{i}]", condition.Kind, value)));
        return errors;
    }

    private static IEnumerable<WebhookError> CheckValue(string field, AttributeConditionKind kind, string? value)
    {
        if (AttributeRules.CheckValue(field, value) is { } error)
            yield return error;
        else if (kind == AttributeConditionKind.StartsWith && value!.Length == 0)
            yield return new(WebhookErrorCode.Required, field, "Every value begins with the empty text.", "Give a beginning, or use Exists.");
    }
}
