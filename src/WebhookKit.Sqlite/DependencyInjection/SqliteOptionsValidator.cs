using Microsoft.Extensions.Options;

namespace WebhookKit.Sqlite.DependencyInjection;

/// <summary>Reports everything that is wrong with the settings and the connection string at once.</summary>
internal sealed class SqliteOptionsValidator(SqliteTarget target) : IValidateOptions<SqliteStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, SqliteStoreOptions options)
    {
        var faults = options.Validate(target.ConnectionString);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ToString()));
    }
}
