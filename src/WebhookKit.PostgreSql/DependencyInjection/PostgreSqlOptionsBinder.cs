using Microsoft.Extensions.Configuration;
using WebhookKit.DependencyInjection;

namespace WebhookKit.PostgreSql.DependencyInjection;

/// <summary>Binds the section <c>Webhooks:PostgreSql</c>.</summary>
internal sealed class PostgreSqlOptionsBinder(IConfiguration? configuration = null)
    : ProviderOptionsBinder<PostgreSqlStoreOptions>(configuration, PostgreSqlOptionsBinder.Section, Known)
{
    public const string Section = "PostgreSql";

    private static readonly string[] Known =
    [
        nameof(PostgreSqlStoreOptions.Schema), nameof(PostgreSqlStoreOptions.ListenConnectionString), nameof(PostgreSqlStoreOptions.MigrateConnectionString),
        nameof(PostgreSqlStoreOptions.Migrate), nameof(PostgreSqlStoreOptions.Listen), nameof(PostgreSqlStoreOptions.CommandTimeout),
        nameof(PostgreSqlStoreOptions.PollInterval), nameof(PostgreSqlStoreOptions.PrepareStatements),
    ];

    protected override void Bind(IConfigurationSection settings, PostgreSqlStoreOptions options) => settings.Bind(options);

    protected override ICollection<WebhookError> Faults(PostgreSqlStoreOptions options) => options.BindingFaults;
}
