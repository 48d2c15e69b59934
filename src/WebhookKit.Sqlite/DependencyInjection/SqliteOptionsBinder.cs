using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WebhookKit.Sqlite.DependencyInjection;

/// <summary>Binds the section <c>Webhooks:Sqlite</c>, where there is a configuration. What cannot be read is kept, to be reported with all other faults.</summary>
internal sealed class SqliteOptionsBinder(IConfiguration? configuration = null) : IConfigureOptions<SqliteStoreOptions>
{
    public const string Section = "Sqlite";

    private static readonly string[] Known =
    [
        nameof(SqliteStoreOptions.Synchronous), nameof(SqliteStoreOptions.BusyTimeout), nameof(SqliteStoreOptions.OwnerTimeout),
        nameof(SqliteStoreOptions.Migrate), nameof(SqliteStoreOptions.MaxGroup), nameof(SqliteStoreOptions.Readers),
    ];

    public void Configure(SqliteStoreOptions options)
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
