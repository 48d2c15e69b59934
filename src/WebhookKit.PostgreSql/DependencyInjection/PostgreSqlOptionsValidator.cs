using Microsoft.Extensions.Options;
using Npgsql;
using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.DependencyInjection;

/// <summary>Reports everything that is wrong with the settings and the connection string at once.</summary>
internal sealed class PostgreSqlOptionsValidator(PostgreSqlTarget target) : IValidateOptions<PostgreSqlStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgreSqlStoreOptions options)
    {
        var faults = options.Validate().ToList();
        PostgreSqlStoreOptions.CheckConnection(faults, "UsePostgreSql", target.ConnectionString);
        if (target.DataSource is { } source && new NpgsqlConnectionStringBuilder(source.ConnectionString).Multiplexing)
            faults.Add(new WebhookError(
                WebhookErrorCode.InvalidText, "UsePostgreSql", "The data source has Multiplexing, which transactions of several statements cannot use.",
                "Give a data source without it."));
        if (target.DataSource is not null && options.PrepareStatements)
            faults.Add(new WebhookError(
                WebhookErrorCode.Contradiction, $"Webhooks:PostgreSql:{nameof(options.PrepareStatements)}",
                "Statements are to be prepared, and the connections are a data source's of the application's own.",
                $"Leave it out, and give the data source \"{DataSources.PreparingText}\"."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ToString()));
    }
}
