using System.Globalization;
using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.DeliveryLog;

/// <summary>Conditions of a query of the log, put together from what was asked for: values are parameters, never text.</summary>
/// <param name="parameters">The parameters of the statement so far.</param>
internal sealed class LogFilters(List<NpgsqlParameter> parameters)
{
    private readonly List<string> _conditions = [];

    /// <summary>The conditions, each after an AND.</summary>
    public string Text => string.Concat(_conditions.Select(condition => " AND " + condition));

    public void AddTenant(string column, string? tenant, bool allTenants)
    {
        if (allTenants)
            return;
        if (tenant is null)
            _conditions.Add(column + " IS NULL");
        else
            Add(column + " = {0}", Param.Text(tenant));
    }

    /// <summary>Adds a condition if there is a value; {0} stands for it.</summary>
    public void Add<T>(string condition, T? value, Func<T, NpgsqlParameter> parameter)
        where T : struct
    {
        if (value is { } given)
            Add(condition, parameter(given));
    }

    public void AddText(string condition, string? value)
    {
        if (value is not null)
            Add(condition, Param.Text(value));
    }

    public void AddTimes(string column, DateTimeOffset? since, DateTimeOffset? until)
    {
        Add(column + " >= {0}", since, time => Param.Time(time));
        Add(column + " < {0}", until, time => Param.Time(time));
    }

    public void AddAttributes(IReadOnlyDictionary<string, string> attributes) => AddText("m.attributes @> {0}::jsonb", AttributesFormat.Write(attributes));

    private void Add(string condition, NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        _conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, "$" + parameters.Count.ToString(CultureInfo.InvariantCulture)));
    }
}
