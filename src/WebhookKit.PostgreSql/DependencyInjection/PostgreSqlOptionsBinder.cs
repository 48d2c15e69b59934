using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookKit.PostgreSql.DependencyInjection;

/// <summary>
/// Binds the section <c>Webhooks:PostgreSql</c>, where there is a configuration. What cannot be read is kept, to be reported with all other faults.
/// </summary>
internal sealed class PostgreSqlOptionsBinder(IConfiguration? configuration = null) : IConfigureOptions<PostgreSqlStoreOptions>
{
    public const string Section = "PostgreSql";

    private static readonly string[] Known =
    [
        nameof(PostgreSqlStoreOptions.Schema), nameof(PostgreSqlStoreOptions.ListenConnectionString), nameof(PostgreSqlStoreOptions.MigrateConnectionString),
        nameof(PostgreSqlStoreOptions.Migrate), nameof(PostgreSqlStoreOptions.Listen), nameof(PostgreSqlStoreOptions.CommandTimeout),
        nameof(PostgreSqlStoreOptions.PollInterval),
    ];

    public void Configure(PostgreSqlStoreOptions options)
    {
        if (configuration is null)
            return;
        var section = configuration.GetSection("Webhooks").GetSection(Section);
        foreach (var child in section.GetChildren().Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            options.BindingFaults.Add(new WebhookError(
                WebhookErrorCode.UnknownSetting, child.Path, "There is no such setting.", $"Use one of {string.Join(", ", Known)}."));
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the key, the value and the type, and stops there: what else is wrong in this section shows next time.
            options.BindingFaults.Add(new WebhookError(WebhookErrorCode.OutOfRange, section.Path, e.Message, "Correct the value."));
        }
    }
}
