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
            AddText(column + " = {0}", tenant);
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
        if (value is null)
            return;
        if (StoredText.IsKept(value))
            Add(condition, Param.Text(value));
        else
            _conditions.Add("false");
    }

    /// <summary>Adds a status as it stands: with a parameter the server might not take the index of those that are few.</summary>
    public void AddStatus(string column, DeliveryStatus? status)
    {
        if (status is { } given)
            _conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{column} = {(int)given}"));
    }

    public void AddTimes(string column, DateTimeOffset? since, DateTimeOffset? until)
    {
        Add(column + " >= {0}", since, time => Param.Time(time));
        Add(column + " < {0}", until, time => Param.Time(time));
    }

    public void AddAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.All(attribute => StoredText.IsKept(attribute.Key) && StoredText.IsKept(attribute.Value)))
            AddText("m.attributes @> {0}::jsonb", AttributesFormat.Write(attributes));
        else
            _conditions.Add("false");
    }

    private void Add(string condition, NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        _conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, "$" + parameters.Count.ToString(CultureInfo.InvariantCulture)));
    }
}
